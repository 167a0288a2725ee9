import { formatCount, formatElapsed } from './format-amounts.ts';
import type { Glyphs } from './glyphs.ts';
import { cutToWidth, widthOf } from './text-width.ts';

/** Below this many cells for the activity, the numbers behind it give way. */
const MIN_ACTIVITY_CELLS = 12;

export interface StatusFacts {
  readonly activity: string;
  readonly elapsedMs: number;
  readonly totalTokens: number | undefined;
  /** Which picture of the spinner. */
  readonly tick: number;
}

/** A line such as `⠋ bash: ls -la · 3.2 s · 1,234 tokens`, always narrower than the terminal, so it never wraps. */
export function renderStatus(facts: StatusFacts, columns: number, glyphs: Glyphs): string {
  const { spinner, separator, ellipsis } = glyphs;
  const head = `${spinner[facts.tick % spinner.length]} `;
  const elapsed = `${separator}${formatElapsed(facts.elapsedMs)}`;
  const tokens =
    facts.totalTokens === undefined ? '' : `${separator}${formatCount(facts.totalTokens, 'token')}`;
  const room = Math.max(0, columns - 1 - widthOf(head));
  const wanted = Math.min(MIN_ACTIVITY_CELLS, widthOf(facts.activity));
  const tail = [elapsed + tokens, elapsed].find((text) => room - widthOf(text) >= wanted) ?? '';
  return cutToWidth(
    `${head}${cutToWidth(facts.activity, room - widthOf(tail), ellipsis)}${tail}`,
    Math.max(0, columns - 1),
    '',
  );
}

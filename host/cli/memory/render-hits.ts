import type { MemoryHit } from '../../memory/search-index.ts';
import type { OutputSink } from '../cli-io.ts';
import type { Glyphs } from '../glyphs.ts';
import { toOneLine, toTerminalText } from '../plain-text.ts';
import type { Style } from '../style.ts';
import { cutToWidth, widthOf, wrapToWidth } from '../text-width.ts';

/** A terminal narrower than this breaks the lines itself. */
const MIN_COLUMNS = 24;
const TAB = '    ';

/** What hits are rendered for. */
export interface HitPlace {
  readonly sink: Pick<OutputSink, 'isTerminal' | 'columns' | 'style'>;
  readonly glyphs: Glyphs;
  /** Whose memory was searched; a hit of another group names it. */
  readonly groupFolder: string;
}

/**
 * Hits as numbered entries, an empty line between two: where each stands, its title and score, the passage below.
 *
 * On a terminal no line is wider than it. Nothing in them can be a command to a terminal, wherever they go.
 */
export function renderHits(hits: readonly MemoryHit[], place: HitPlace): string {
  const digits = String(hits.length).length;
  const columns = place.sink.isTerminal ? Math.max(place.sink.columns, MIN_COLUMNS) : Infinity;
  const indent = ' '.repeat(digits + 2);
  const entries = hits.map((hit, index) => {
    const number = `${String(index + 1).padStart(digits)}. `;
    const room = columns - indent.length;
    const lines = wrapSnippet(hit.snippet, room).map((line) => (line === '' ? '' : indent + line));
    return [number + renderHead(hit, room, place), ...lines].join('\n');
  });
  return `${entries.join('\n\n')}\n`;
}

function renderHead(hit: MemoryHit, room: number, { sink, glyphs, groupFolder }: HitPlace): string {
  const { style } = sink;
  const { separator, ellipsis } = glyphs;
  const group = hit.groupFolder === groupFolder ? '' : ` (${hit.groupFolder})`;
  const score = `${separator}score ${hit.score.toFixed(3)}`;
  const source = cutToWidth(
    toOneLine(describeSource(hit, separator)) + group,
    room - widthOf(score),
    ellipsis,
  );
  const title = toOneLine(hit.title);
  // A message's title is its date, which is there already.
  const isTold = title === '' || hit.timestamp?.startsWith(title) === true;
  const titleRoom = room - widthOf(source + separator + score);
  const shownTitle = isTold ? '' : cutToWidth(title, titleRoom, ellipsis);
  return paintHead({ source, title: shownTitle === '' ? '' : separator + shownTitle, score }, style);
}

function paintHead(head: Readonly<Record<'source' | 'title' | 'score', string>>, style: Style): string {
  return style.bold(head.source) + head.title + style.dim(head.score);
}

function describeSource(hit: MemoryHit, separator: string): string {
  if (hit.source === 'memory_doc') return `${hit.path}:${formatLines(hit)}`;
  const said = hit.timestamp === undefined ? 'chat' : formatTime(hit.timestamp);
  return [said, hit.senderName ?? '', hit.chatJid ?? ''].filter((part) => part !== '').join(separator);
}

function formatLines({ startLine, endLine }: MemoryHit): string {
  return startLine === endLine ? String(startLine) : `${startLine}-${endLine}`;
}

/** To the minute, in UTC, as the dates in titles are. */
function formatTime(timestamp: string): string {
  const match = /^(?<day>\d{4}-\d{2}-\d{2})T(?<minute>\d{2}:\d{2})\S*Z$/.exec(timestamp);
  return match === null ? timestamp : `${match.groups?.['day']} ${match.groups?.['minute']} UTC`;
}

function wrapSnippet(snippet: string, room: number): string[] {
  const lines = toTerminalText(snippet).replaceAll('\t', TAB).trimEnd().split('\n');
  return lines.flatMap((line) => wrapToWidth(line.trimEnd(), room));
}

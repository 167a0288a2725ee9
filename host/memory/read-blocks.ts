import { readSpeaker } from './read-speaker.ts';

/** Lines of a document that belong together. */
export interface Block {
  /** From 1. */
  readonly startLine: number;
  readonly lines: readonly string[];
}

const FENCE = /^ {0,3}(```|~~~)/u;
const HEADING = /^ {0,3}#{1,6}(?:\s|$)/u;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])\s/u;

/**
 * Reads the blocks of a Markdown document: paragraphs, list items, the turns of a chat, headings, fenced code.
 *
 * Blank lines separate blocks and are in none; every other line is in exactly one.
 */
export function* readBlocks(text: string): Generator<Block, void, undefined> {
  let lines: string[] = [];
  let startLine = 1;
  let fence: string | undefined;
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    const isBlank = fence === undefined && line.trim() === '';
    if (lines.length > 0 && (isBlank || (fence === undefined && startsBlock(line, lines.at(-1) ?? '')))) {
      yield { startLine, lines };
      lines = [];
    }
    if (isBlank) continue;
    if (lines.length === 0) startLine = index + 1;
    lines.push(line);
    fence = fenceAfter(line, fence);
  }
  // A fence that nobody closed may end in blank lines.
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length > 0) yield { startLine, lines };
}

function startsBlock(line: string, previous: string): boolean {
  return HEADING.test(line) || HEADING.test(previous) || LIST_ITEM.test(line) || readSpeaker(line) !== '';
}

function fenceAfter(line: string, fence: string | undefined): string | undefined {
  const mark = FENCE.exec(line)?.[1];
  if (fence === undefined) return mark;
  return mark === fence ? undefined : fence;
}

import { cutText } from '../../ipc-schemas/index.ts';
import type { Block } from './read-blocks.ts';

/** The longest text of one hit, and so of one passage. */
export const MAX_SNIPPET_LENGTH = 800;

const MAX_PIECE_LENGTH = 400;

/** A block, or a part of one that is too long for a hit. */
export interface Piece {
  readonly text: string;
  /** Lines of the document, from 1, both included. */
  readonly startLine: number;
  readonly endLine: number;
}

/** Gives a block whole where it fits a hit, else cut between lines where that is possible, or between sentences. */
export function splitBlock({ startLine, lines }: Block, maxLength = MAX_SNIPPET_LENGTH): Piece[] {
  const text = lines.join('\n');
  if (text.length <= maxLength) return [{ text, startLine, endLine: startLine + lines.length - 1 }];
  return splitLong(startLine, lines);
}

function splitLong(startLine: number, lines: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let open: Piece | undefined;
  for (const [index, line] of lines.entries()) {
    const lineNumber = startLine + index;
    for (const text of splitLine(line)) {
      if (open !== undefined && open.text.length + text.length < MAX_PIECE_LENGTH) {
        const gap = open.endLine === lineNumber ? '' : '\n';
        open = { text: `${open.text}${gap}${text}`, startLine: open.startLine, endLine: lineNumber };
      } else {
        if (open !== undefined) pieces.push(open);
        open = { text, startLine: lineNumber, endLine: lineNumber };
      }
    }
  }
  if (open !== undefined) pieces.push(open);
  return pieces.filter(({ text }) => text.trim() !== '');
}

function* splitLine(line: string): Generator<string, void, undefined> {
  for (const sentence of line.split(/(?<=[.!?…]['"”)]?\s)|(?<=[。\uff01\uff1f])/u)) {
    let rest = sentence;
    while (rest.length > MAX_PIECE_LENGTH) {
      const head = cutText(rest, MAX_PIECE_LENGTH);
      const space = head.lastIndexOf(' ');
      const piece = space > MAX_PIECE_LENGTH / 2 ? head.slice(0, space + 1) : head;
      yield piece;
      rest = rest.slice(piece.length);
    }
    yield rest;
  }
}

/** The longest line that is read, in bytes: what pi prints for an answer of 5 MB is below it. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024;

const LF = 0x0a;
const HEAD_BYTES = 256;

/** A line that was skipped because it was longer than the limit. */
export interface OversizedLine {
  /** Its first 256 bytes as text: enough to tell what it was. */
  readonly head: string;
  readonly byteLength: number;
}

export type Line = string | OversizedLine;

/**
 * Cuts a byte stream into lines, each without its line ending.
 *
 * Only LF ends a line: U+2028 and U+2029 are legal inside a JSON string, yet `node:readline` splits there
 * since Node 24. Bytes that are not UTF-8 become U+FFFD. A line above the limit is given as its head and
 * length and never held in memory.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(maxLineBytes: number = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next bytes, in pieces of any size, and gives the lines that they complete. Keeps no piece. */
  push(chunk: Uint8Array): Line[] {
    const lastLf = chunk.lastIndexOf(LF);
    if (lastLf === -1) {
      this.#hold(chunk);
      return [];
    }
    const lines: Line[] = [];
    let start = 0;
    if (this.#heldBytes > 0) {
      const firstLf = chunk.indexOf(LF);
      this.#hold(chunk.subarray(0, firstLf));
      lines.push(this.#release());
      start = firstLf + 1;
    }
    if (start <= lastLf) this.#splitWhole(chunk.subarray(start, lastLf), lines);
    if (lastLf + 1 < chunk.length) this.#hold(chunk.subarray(lastLf + 1));
    return lines;
  }

  /** Gives the last line where the stream did not end in LF. */
  end(): Line[] {
    return this.#heldBytes > 0 ? [this.#release()] : [];
  }

  /** Decoding many lines at once is several times as fast as one by one: LF is never part of another character. */
  #splitWhole(bytes: Uint8Array, lines: Line[]): void {
    if (bytes.length > this.#maxLineBytes) {
      this.#splitOneByOne(bytes, lines);
      return;
    }
    const text = this.#decoder.decode(bytes);
    let from = 0;
    for (let lf = text.indexOf('\n'); lf !== -1; lf = text.indexOf('\n', from)) {
      lines.push(text.slice(from, lf));
      from = lf + 1;
    }
    lines.push(from === 0 ? text : text.slice(from));
  }

  #splitOneByOne(bytes: Uint8Array, lines: Line[]): void {
    let from = 0;
    while (from <= bytes.length) {
      const lf = bytes.indexOf(LF, from);
      const to = lf === -1 ? bytes.length : lf;
      this.#hold(bytes.subarray(from, to));
      lines.push(this.#release());
      from = to + 1;
    }
  }

  #hold(bytes: Uint8Array): void {
    const wasOver = this.#heldBytes > this.#maxLineBytes;
    this.#heldBytes += bytes.length;
    if (wasOver) return;
    this.#held.push(new Uint8Array(bytes));
    if (this.#heldBytes > this.#maxLineBytes) this.#held = [concat(this.#held, HEAD_BYTES)];
  }

  #release(): Line {
    const byteLength = this.#heldBytes;
    const text = this.#decoder.decode(concat(this.#held, byteLength));
    this.#held = [];
    this.#heldBytes = 0;
    return byteLength > this.#maxLineBytes ? { head: text, byteLength } : text;
  }
}

function concat(parts: readonly Uint8Array[], maxBytes: number): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(Math.min(total, maxBytes));
  let offset = 0;
  for (const part of parts) {
    if (offset === whole.length) break;
    whole.set(part.subarray(0, whole.length - offset), offset);
    offset += Math.min(part.length, whole.length - offset);
  }
  return whole;
}

/**
 * Yields the lines of a byte stream, each without its line ending.
 *
 * Only LF ends a line. A last line without LF is still yielded; a line above the limit is left out.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<string, void, undefined> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const chunk of chunks) yield* splitter.push(chunk).filter(isText);
  yield* splitter.end().filter(isText);
}

function isText(line: Line): line is string {
  return typeof line === 'string';
}

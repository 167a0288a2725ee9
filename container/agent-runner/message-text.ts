import type { RedactedStream, Redactor } from './redact.ts';

/** The longest text kept of a message that has not ended, in characters. */
const MAX_OPEN_TEXT_CHARS = 2 * 1024 * 1024;

const CHARS_BEFORE_JOIN = 64 * 1024;

/** One message of the model while it is written: redacted deltas whose sum is its redacted text. */
export class MessageText {
  readonly #redactor: Redactor;
  readonly #stream: RedactedStream | undefined;
  #joined: string[] = [];
  #pieces: string[] = [];
  #pieceChars = 0;
  #length = 0;
  #isFull = false;

  /** Without deltas it only keeps the text. */
  constructor(redactor: Redactor, givesDeltas: boolean) {
    this.#redactor = redactor;
    this.#stream = givesDeltas ? redactor.startStream() : undefined;
  }

  /** Takes new text and gives the delta to show, which may be empty. */
  push(piece: string): string {
    // From the first piece that has no room on: what is kept stays the beginning of the whole.
    this.#isFull ||= this.#length + piece.length > MAX_OPEN_TEXT_CHARS;
    if (this.#isFull) return '';
    this.#keep(piece);
    return this.#stream?.push(piece) ?? '';
  }

  /** Whether the text so far is the beginning of this one. */
  isBeginningOf(whole: string): boolean {
    return whole.startsWith(this.#rawText);
  }

  /** Takes the rest, where the whole is known, and gives the last delta. */
  end(whole?: string): string {
    const rest = whole?.slice(this.#length) ?? '';
    this.#keep(rest);
    return this.#stream === undefined ? '' : this.#stream.push(rest) + this.#stream.end();
  }

  /** The text so far, redacted: at the end of the message it equals its deltas joined. */
  get text(): string {
    return this.#redactor.text(this.#rawText).toWellFormed();
  }

  #keep(piece: string): void {
    this.#length += piece.length;
    this.#pieceChars += piece.length;
    this.#pieces.push(piece);
    if (this.#pieceChars >= CHARS_BEFORE_JOIN) this.#join();
  }

  /** A message may come in a million pieces; joining them bit by bit keeps it from being a million strings. */
  #join(): void {
    this.#joined.push(this.#pieces.join(''));
    this.#pieces = [];
    this.#pieceChars = 0;
  }

  get #rawText(): string {
    this.#join();
    const text = this.#joined.join('');
    this.#joined = [text];
    return text;
  }
}

/** C0 without tab and line feed, DEL, and C1. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** What a terminal can show without obeying it: control characters but tab and line feed are left out. */
export function toTerminalText(text: string): string {
  return text.replace(CONTROLS, '');
}

/** A text on one line for people, without control characters, each run of white space one blank. */
export function toOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(CONTROLS, '').trim();
}

/**
 * Makes text that comes in pieces fit for a terminal, piece by piece.
 *
 * A surrogate pair may be split between two pieces; its first half waits for the second.
 */
export class TerminalTextStream {
  #held = '';

  push(piece: string): string {
    const text = this.#held + piece;
    this.#held = /[\ud800-\udbff]$/.exec(text)?.[0] ?? '';
    return toTerminalText(text.slice(0, text.length - this.#held.length));
  }
}

/** JSON that a terminal can show: stringify escapes C0, but neither DEL nor C1. */
export function toTerminalJson(json: string): string {
  return json.replace(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}

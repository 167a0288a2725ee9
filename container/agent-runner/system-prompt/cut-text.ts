/** A text that fits, and how much of the original it shows. */
export interface CutText {
  readonly text: string;
  /** Code units of the original that are in `text`. */
  readonly shownChars: number;
  readonly isCut: boolean;
}

/**
 * Cuts a well-formed text to `maxChars`, a mark at its end included.
 *
 * Never splits a code point. Where not even the mark and one character fit, the text is empty. `goesOn`
 * says that the text is only the beginning of something longer, so it is marked even when it fits.
 */
export function cutText(text: string, maxChars: number, goesOn = false): CutText {
  if (!goesOn && text.length <= maxChars) return { text, shownChars: text.length, isCut: false };
  const total = goesOn ? `more than ${text.length}` : `${text.length}`;
  const mark = (shown: number): string => `\n[… cut: ${shown} of ${total} characters shown]`;
  const room = Math.min(text.length, maxChars - mark(text.length).length);
  const shownChars = Math.max(0, isInsidePair(text, room) ? room - 1 : room);
  if (shownChars === 0) return { text: '', shownChars, isCut: true };
  return { text: text.slice(0, shownChars) + mark(shownChars), shownChars, isCut: true };
}

function isInsidePair(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  return before >= 0xd800 && before <= 0xdbff;
}

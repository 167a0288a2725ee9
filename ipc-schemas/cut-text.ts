import { MAX_EVENT_OUTPUT_BYTES } from './stamp-event.ts';

/** Gives the beginning of a text of at most so many UTF-16 units, never half of a surrogate pair. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? maxLength - 1 : maxLength);
}

/** The beginning of a text that an event may carry: at most 4 KiB of UTF-8, whole characters. */
export function cutForEvent(text: string): { output: string; truncated: boolean } {
  const wellFormed = cutText(text, MAX_EVENT_OUTPUT_BYTES).toWellFormed();
  const room = new Uint8Array(MAX_EVENT_OUTPUT_BYTES);
  const { read } = new TextEncoder().encodeInto(wellFormed, room);
  return { output: wellFormed.slice(0, read), truncated: read < text.length };
}

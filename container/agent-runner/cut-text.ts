import { MAX_EVENT_OUTPUT_BYTES } from '../../ipc-schemas/index.ts';

/** Cuts text to a number of characters without splitting a surrogate pair. */
export function cutText(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '');
}

/** The beginning of a text that an event may carry: at most 4 KiB of UTF-8, whole characters. */
export function cutForEvent(text: string): { output: string; truncated: boolean } {
  const wellFormed = cutText(text, MAX_EVENT_OUTPUT_BYTES).toWellFormed();
  const room = new Uint8Array(MAX_EVENT_OUTPUT_BYTES);
  const { read } = new TextEncoder().encodeInto(wellFormed, room);
  return { output: wellFormed.slice(0, read), truncated: read < text.length };
}

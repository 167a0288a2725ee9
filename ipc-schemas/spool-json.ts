/** The deepest nesting of a document that is taken from the other side. */
export const MAX_JSON_DEPTH = 64;

/** What became of reading a spool file as JSON. */
export type SpoolJson =
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly reason: string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads the bytes of a spool file as a JSON document: UTF-8 without errors, nested at most 64 deep.
 *
 * Total. Depth is checked first: V8 parses a million nested arrays, but whatever walks them afterwards overflows.
 */
export function parseSpoolJson(bytes: Uint8Array): SpoolJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The one error that a fatal decoder has.
    return { kind: 'malformed', reason: 'it is not UTF-8' };
  }
  if (isTooDeep(bytes)) {
    return { kind: 'malformed', reason: `it is nested more than ${MAX_JSON_DEPTH} deep` };
  }
  try {
    return { kind: 'parsed', value: JSON.parse(text) as unknown };
  } catch {
    // The message of the parser quotes the document.
    return { kind: 'malformed', reason: 'it is not JSON' };
  }
}

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}

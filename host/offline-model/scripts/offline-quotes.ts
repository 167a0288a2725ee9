const MAX_ENTRIES = 20;
const MAX_QUOTE_LENGTH = 200;

/** Harmless in any directory: where it is, up to 20 names, the time. */
export const LISTING_COMMAND = `pwd && ls -A | head -${MAX_ENTRIES} && date`;

/** Tells what the listing command printed; anything else, such as an error, is quoted as it is. */
export function describeListing(output: string): string {
  const lines = output.trim().split('\n');
  const [folder = '', ...rest] = lines;
  const date = rest.pop();
  if (!folder.startsWith('/') || date === undefined) return `The tool said: ${quote(output)}`;
  const count = rest.length === MAX_ENTRIES ? `at least ${MAX_ENTRIES} entries` : countOf(rest.length);
  const names = rest.length === 0 ? '' : `: ${rest.join(', ')}`;
  return `I ran a command in ${folder} (${date}). It has ${count}${names}.`;
}

/** A text on one line between quotation marks, at most 200 UTF-16 units of it. */
export function quote(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (line.length <= MAX_QUOTE_LENGTH) return `"${line}"`;
  const withoutHalfCharacter = line.slice(0, MAX_QUOTE_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `"${withoutHalfCharacter}…"`;
}

function countOf(entries: number): string {
  if (entries === 0) return 'no entries';
  return entries === 1 ? 'one entry' : `${entries} entries`;
}

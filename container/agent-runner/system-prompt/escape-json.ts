/** What could end a code fence, look like a line break or hide from a reader's eye. */
const UNSAFE = /[`\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;

/**
 * Writes a value as JSON that is still itself inside a ```json fence.
 *
 * Backticks and invisible characters are written as escapes, so no string in it can close the fence or begin
 * a line; it parses to the same value.
 */
export function escapeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, escapeUnits);
}

function escapeUnits(text: string): string {
  return text.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

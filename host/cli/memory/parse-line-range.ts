/** Some lines of a document, from 1, both included. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** The lines that `10:20` means; undefined for anything that is no range. */
export function parseLineRange(text: string): LineRange | undefined {
  const match = /^(?<start>\d{1,15}):(?<end>\d{1,15})$/.exec(text.trim());
  const startLine = Number(match?.groups?.['start']);
  const endLine = Number(match?.groups?.['end']);
  return startLine >= 1 && endLine >= startLine ? { startLine, endLine } : undefined;
}

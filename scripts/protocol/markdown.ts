/** Text in the typeface of code. */
export const code = (text: string): string => `\`${text}\``;
/** A value as JSON, in the typeface of code. */
export const json = (value: unknown): string => code(JSON.stringify(value));

/** A number of bytes, in MiB where it is a whole number of them, else in KiB. */
export function size(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A table whose cells may contain `|`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

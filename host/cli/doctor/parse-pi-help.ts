/**
 * The flags that `pi --help` lists, long and short.
 *
 * Reads the lines of its options as pi 0.87.1 writes them: two blanks, then `--mode <mode>` or
 * `--no-skills, -ns`, then two blanks and what it does.
 */
export function parsePiHelp(help: string): ReadonlySet<string> {
  const heads = help
    .split('\n')
    .flatMap((line) => /^ {1,6}(?<head>-.*?)(?: {2,}|$)/.exec(line)?.groups?.['head'] ?? []);
  return new Set(heads.flatMap((head) => head.match(/(?<![\w-])--?[A-Za-z][\w-]*/g) ?? []));
}

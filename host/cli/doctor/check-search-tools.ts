import type { HostConfig } from '../../config.ts';
import { askProgram } from './ask-program.ts';
import type { Finding } from './finding.ts';

/** fd 8.7 was the first with `--no-require-git`, which pi's find uses. */
const FD_NEEDED = { major: 8, minor: 7 };

/** Finds what pi's grep and find call: without it these two tools fail, since runs download nothing. */
export async function checkSearchTools(config: HostConfig): Promise<Finding[]> {
  const env = { PATH: config.searchPath };
  const ripgrep = await askProgram('rg', ['--version'], env);
  const fd = await askFirst(['fd', 'fdfind'], env);
  return [judgeRipgrep(ripgrep.kind === 'answered' ? ripgrep.text : undefined), judgeFd(fd)];
}

/** Judges `rg --version`; undefined where it is absent. */
export function judgeRipgrep(text: string | undefined): Finding {
  const name = 'ripgrep';
  if (text !== undefined) return { name, state: 'ok', found: parseVersion(text)?.text ?? 'version unknown' };
  return {
    name,
    state: 'warning',
    found: "not found: pi's grep tool will fail",
    cure: 'apt install ripgrep, or brew install ripgrep',
  };
}

/** Judges `fd --version`; undefined where it is absent. Debian calls it fdfind, which pi knows. */
export function judgeFd(answer: { readonly program: string; readonly text: string } | undefined): Finding {
  const name = 'fd';
  const cure = 'apt install fd-find (Debian 13 or later), or brew install fd';
  if (answer === undefined) {
    return { name, state: 'warning', found: "not found: pi's find tool will fail", cure };
  }
  const version = parseVersion(answer.text);
  const found = `${version?.text ?? 'version unknown'}, as ${answer.program}`;
  if (version === undefined) return { name, state: 'ok', found };
  const isEnough =
    version.major > FD_NEEDED.major ||
    (version.major === FD_NEEDED.major && version.minor >= FD_NEEDED.minor);
  if (isEnough) return { name, state: 'ok', found };
  return { name, state: 'warning', found: `${found}: pi's find tool needs 8.7 or later`, cure };
}

async function askFirst(
  programs: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ program: string; text: string } | undefined> {
  for (const program of programs) {
    const answer = await askProgram(program, ['--version'], env);
    if (answer.kind === 'answered') return { program, text: answer.text };
  }
  return undefined;
}

function parseVersion(text: string): { text: string; major: number; minor: number } | undefined {
  const match = /(\d+)\.(\d+)(?:\.\d+)?/.exec(text);
  return match === null ? undefined : { text: match[0], major: Number(match[1]), minor: Number(match[2]) };
}

import { execa } from 'execa';

const TIMEOUT_MS = 10_000;

/** What a program said of itself. */
export type ProgramAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks a program for a line or a page about itself, for at most 10 s and in the environment given. Never rejects. */
export async function askProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProgramAnswer> {
  const result = await execa(file, args, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: TIMEOUT_MS,
  });
  if (!result.failed) return { kind: 'answered', text: result.stdout };
  if (result.code === 'ENOENT') return { kind: 'absent' };
  if (result.timedOut) return { kind: 'failed', reason: `gave no answer within ${TIMEOUT_MS / 1000} s` };
  const said = lastLine(result.stderr);
  return { kind: 'failed', reason: said === '' ? (result.shortMessage ?? 'no reason given') : said };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

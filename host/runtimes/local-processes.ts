import { readdir, readFile } from 'node:fs/promises';

export interface FoundProcess {
  readonly pid: number;
  readonly env: ReadonlyMap<string, string>;
}

/** Finds the processes that have a variable in their environment. Reads `/proc`; finds nothing without it. */
export async function findProcessesWith(variable: string): Promise<FoundProcess[]> {
  const found: FoundProcess[] = [];
  for (const pid of await listPids()) {
    const env = await readEnvironment(pid);
    if (env.has(variable)) found.push({ pid, env });
  }
  return found;
}

async function listPids(): Promise<number[]> {
  try {
    return (await readdir('/proc')).map(Number).filter(Number.isInteger);
  } catch {
    // No /proc on this system.
    return [];
  }
}

async function readEnvironment(pid: number): Promise<ReadonlyMap<string, string>> {
  try {
    const text = await readFile(`/proc/${pid}/environ`, 'utf8');
    return new Map(text.split('\0').map((entry) => splitOnce(entry)));
  } catch {
    // Gone, or somebody else's: none of ours.
    return new Map();
  }
}

function splitOnce(entry: string): [string, string] {
  const at = entry.indexOf('=');
  return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}

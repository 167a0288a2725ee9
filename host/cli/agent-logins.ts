import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where pi keeps what a group logged in to; `host/data-dir.ts` makes it. */
export function piStateDir(dataDir: string, group: string): string {
  return join(dataDir, 'agent-home', group, 'pi');
}

/** Whether pi has a login or model providers of its own for a group: pi itself writes `{}` where it has none. */
export async function hasOwnProviders(dataDir: string, group: string): Promise<boolean> {
  const stateDir = piStateDir(dataDir, group);
  const files = await Promise.all(
    ['auth.json', 'models.json'].map((name) => holdsSomething(join(stateDir, name))),
  );
  return files.includes(true);
}

/** The groups that pi has a login or model providers for. */
export async function listGroupsWithProviders(dataDir: string): Promise<string[]> {
  let groups: string[];
  try {
    groups = await readdir(join(dataDir, 'agent-home'));
  } catch {
    // No group has run yet.
    return [];
  }
  const flags = await Promise.all(groups.map((group) => hasOwnProviders(dataDir, group)));
  return groups.filter((_, index) => flags[index]).sort();
}

async function holdsSomething(path: string): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    // Absent, or not for us: then not for pi either.
    return false;
  }
  return !/^\s*(?:\{\s*\}\s*)?$/.test(text);
}

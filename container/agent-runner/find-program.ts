import { constants } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

/** How far above a program its package may lie. */
const MAX_LEVELS_UP = 6;

/** The absolute path of a program, looked up as a shell does; undefined when there is none that may be run. */
export async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  const candidates =
    isAbsolute(name) || name.includes('/')
      ? [resolve(name)]
      : searchPath.split(delimiter).map((directory) => join(directory || '.', name));
  for (const candidate of candidates) {
    if (await isRunnable(candidate)) return resolve(candidate);
  }
  return undefined;
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Absent or not for us: the search goes on.
    return false;
  }
}

/** The version of the npm package that a program belongs to, where it is one of these. */
export async function readPackageVersion(
  program: string,
  packageNames: readonly string[],
): Promise<string | undefined> {
  try {
    let directory = dirname(await realpath(program));
    for (let level = 0; level < MAX_LEVELS_UP; level += 1, directory = dirname(directory)) {
      const found = await readPackage(join(directory, 'package.json'));
      if (found !== undefined) return packageNames.includes(found.name) ? found.version : undefined;
    }
  } catch {
    // The version is told where it is known, and a run does not depend on it.
  }
  return undefined;
}

async function readPackage(path: string): Promise<{ name: string; version: string } | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    // No package at this level.
    return undefined;
  }
  const value: unknown = JSON.parse(text);
  const { name, version } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof version === 'string' ? { name, version } : undefined;
}

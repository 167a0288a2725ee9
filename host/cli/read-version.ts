import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Above this folder, as it lies in the sources and as it lies in `dist/`. */
const CANDIDATES = ['../..', '../../..'];

/** The version of this package; `unknown` where it was torn out of it. */
export function readVersion(fromDir: string = import.meta.dirname): string {
  for (const candidate of CANDIDATES) {
    const version = readOwnVersion(join(fromDir, candidate, 'package.json'));
    if (version !== undefined) return version;
  }
  return 'unknown';
}

function readOwnVersion(path: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return name === 'turnbox' && typeof version === 'string' ? version : undefined;
  } catch {
    // Not there: the package lies elsewhere.
    return undefined;
  }
}

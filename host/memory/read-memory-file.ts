import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { toIdentity } from './file-identity.ts';

/** What became of reading a memory document. */
export type MemoryFile =
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly size: number; readonly identity: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string };

const SAFE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const CLOCK_GRAIN_MS = 50;

/**
 * Reads at most `maxBytes` of a file below a root that somebody hostile may be changing at the same time.
 *
 * It must be a regular file with one link, and what was opened must really lie at that path: a directory on the way
 * that is a link, then or in between, is refused. The identity is the one before the reading, so that a file that
 * changes meanwhile differs from it afterwards. Total.
 */
export async function readMemoryFile(root: string, path: string, maxBytes: number): Promise<MemoryFile> {
  const fullPath = join(root, path);
  let file: FileHandle;
  try {
    file = await open(fullPath, SAFE_FLAGS);
  } catch (error) {
    return whyNotOpened(error);
  }
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return { kind: 'refused', reason: 'it is not a regular file' };
    if (facts.nlink !== 1) return { kind: 'refused', reason: `it has ${facts.nlink} links` };
    if ((await findRealPath(file, fullPath)) !== fullPath)
      return { kind: 'refused', reason: 'it lies behind a link' };
    const bytes = await readUpTo(file, Math.min(facts.size, maxBytes));
    return { kind: 'read', bytes, size: facts.size, identity: identityOf(facts) };
  } catch (error) {
    return { kind: 'refused', reason: `it cannot be read (${errorName(error)})` };
  } finally {
    await file.close();
  }
}

/** A file that was changed just now may change again within the grain of its clock, so it is looked at again. */
function identityOf(facts: Stats): string {
  const isSettled = Date.now() - facts.ctimeMs > CLOCK_GRAIN_MS;
  return isSettled ? toIdentity(facts) : `${toIdentity(facts)}:unsettled`;
}

/** Where the opened file lies; undefined where that cannot be told or is no longer true. */
async function findRealPath(file: FileHandle, path: string): Promise<string | undefined> {
  try {
    return await realpath(`/proc/self/fd/${file.fd}`);
  } catch {
    // No /proc, or the file was removed: then its path must lead to the same file without any link.
    const [opened, found, resolved] = await Promise.all([file.stat(), stat(path), realpath(path)]);
    return opened.ino === found.ino && opened.dev === found.dev ? resolved : undefined;
  }
}

function whyNotOpened(error: unknown): MemoryFile {
  const name = errorName(error);
  if (name === 'ENOENT' || name === 'ENOTDIR' || name === 'ENAMETOOLONG') return { kind: 'absent' };
  if (name === 'ELOOP') return { kind: 'refused', reason: 'it is a symbolic link' };
  return { kind: 'refused', reason: `it cannot be opened (${name})` };
}

function errorName(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

async function readUpTo(file: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

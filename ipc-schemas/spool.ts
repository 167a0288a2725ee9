import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What became of reading a file that somebody else may have put there. */
export type SafeRead =
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly isCut: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string };

const SAFE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads the first `maxBytes` of a regular file.
 *
 * Follows no link, has one link only, never blocks on a FIFO and never reads a device; such a file is refused
 * with the reason. Total: what cannot be read is an answer, not an error.
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<SafeRead> {
  let file: FileHandle;
  try {
    file = await open(path, SAFE_FLAGS);
  } catch (error) {
    return whyNotOpened(error);
  }
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return { kind: 'refused', reason: 'it is not a regular file' };
    if (facts.nlink !== 1) return { kind: 'refused', reason: `it has ${facts.nlink} links` };
    const bytes = await readUpTo(file, Math.min(facts.size, maxBytes));
    return { kind: 'read', bytes, isCut: facts.size > maxBytes };
  } catch (error) {
    return { kind: 'refused', reason: `it cannot be read (${errorName(error)})` };
  } finally {
    await file.close();
  }
}

function whyNotOpened(error: unknown): SafeRead {
  const name = errorName(error);
  if (name === 'ENOENT' || name === 'ENOTDIR') return { kind: 'absent' };
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

/**
 * Publishes a file in a spool directory: it appears whole under its name, or not at all.
 *
 * The name while it is written ends in `.tmp`, which no reader takes, and must be new. The content is on disk
 * before the name is.
 */
export async function publishFile(directory: string, name: string, text: string): Promise<void> {
  const path = join(directory, name);
  const unfinished = `${path}.tmp`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What became of reading a file that somebody else may have put there. */
export type SafeRead =
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly isCut: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string };

/** What became of reading a whole file of a spool directory. */
export type SpoolRead =
  | {
      readonly kind: 'read';
      readonly bytes: Uint8Array;
      readonly inode: number;
      readonly changedMs: number;
    }
  | Exclude<SafeRead, { kind: 'read' }>;

export interface PublishOptions {
  /**
   * Permissions of the file, whatever the umask; 0o600, less the umask, by default.
   *
   * Files of an IPC directory that the other side may have to read under another user take `IPC_FILE_MODE`.
   */
  readonly mode?: number;
  /**
   * When it is on disk. With `before`, the default, before its name is there: a power cut leaves the whole file or
   * none. With `after`, once this returns, name and all: readers see it at once, and do not outlive a power cut
   * themselves. With `never`, nobody waits for the disk.
   */
  readonly synced?: 'before' | 'after' | 'never';
}

/**
 * Permissions of files in IPC directories: host and container may run under different users.
 *
 * Other users of the machine are kept out by the run's directory, 0700 and above every leaf; a container has the
 * leaves as mounts of their own and does not pass through it.
 */
export const IPC_FILE_MODE = 0o644;

const SAFE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const syncToDisk = promisify(fsync);

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

/**
 * Reads a whole file of a spool directory, as safely as `readRegularFile`; a larger one is refused, not cut.
 *
 * Synchronous, since a small regular file takes 20 µs so and ten times that by way of the thread pool.
 */
export function readSpoolFile(path: string, maxBytes: number): SpoolRead {
  let file: number;
  try {
    file = openSync(path, SAFE_FLAGS);
  } catch (error) {
    return whyNotOpened(error);
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) return { kind: 'refused', reason: 'it is not a regular file' };
    if (facts.nlink !== 1) return { kind: 'refused', reason: `it has ${facts.nlink} links` };
    if (facts.size > maxBytes) {
      return { kind: 'refused', reason: `it has ${facts.size} bytes, at most ${maxBytes} are read` };
    }
    return {
      kind: 'read',
      bytes: readUpToSync(file, facts.size),
      inode: facts.ino,
      changedMs: facts.mtimeMs,
    };
  } catch (error) {
    return { kind: 'refused', reason: `it cannot be read (${errorName(error)})` };
  } finally {
    closeSync(file);
  }
}

function whyNotOpened(error: unknown): Exclude<SafeRead, { kind: 'read' }> {
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

function readUpToSync(file: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const bytesRead = readSync(file, bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * Publishes a file in a spool directory: it appears whole under its name, or not at all.
 *
 * The name while it is written ends in `.tmp`, which no reader takes, and must be new. The content is on disk
 * before the name is, unless the options say otherwise.
 */
export async function publishFile(
  directory: string,
  name: string,
  text: string,
  { mode, synced = 'before' }: PublishOptions = {},
): Promise<void> {
  const path = join(directory, name);
  const unfinished = `${path}.tmp`;
  const file = openSync(unfinished, 'wx', 0o600);
  try {
    if (mode !== undefined) fchmodSync(file, mode);
    writeFileSync(file, text);
    // Only the wait for the disk goes to the thread pool: every hop there costs more than the call itself.
    if (synced === 'before') await syncToDisk(file);
    renameSync(unfinished, path);
    if (synced === 'after') await syncToDisk(file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  if (synced === 'after') await syncDirectory(directory);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await syncToDisk(handle);
  } finally {
    closeSync(handle);
  }
}

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';

import {
  IPC_FILE_MODE,
  listSpool,
  type PublishOptions,
  publishFile,
  readSpoolFile,
  type SpoolEntry,
  type SpoolRead,
  TurnboxError,
} from '../../ipc-schemas/index.ts';

type Synced = NonNullable<PublishOptions['synced']>;

export type LeafName = 'actions' | 'messages' | 'action_results';

const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * One of a run's IPC directories, held open for as long as the run is served.
 *
 * Everything goes through the descriptor (`/proc/self/fd/N/…`), so a directory that is swapped for a link is never
 * followed: work goes on in the old one until `tampering` tells. Where there is no /proc, each step looks first.
 * Names are latin1, a character a byte, as `listSpool` gives them.
 */
export class LeafDirectory implements AsyncDisposable {
  readonly name: LeafName;
  readonly #path: string;
  readonly #handle: number;
  readonly #facts: Stats;
  readonly #base: string | undefined;
  readonly #publishing = new Set<Promise<void>>();
  #isClosed = false;

  /** Opens a leaf that the host has just made. Throws CONTAINER_START_FAILED where it is no directory. */
  constructor(ipcDir: string, name: LeafName) {
    this.name = name;
    this.#path = join(ipcDir, name);
    try {
      this.#handle = openSync(this.#path, DIRECTORY_FLAGS);
    } catch (error) {
      throw new TurnboxError('CONTAINER_START_FAILED', `expected a directory at ${this.#path}, found none`, {
        cause: error,
      });
    }
    this.#facts = fstatSync(this.#handle);
    const base = `/proc/self/fd/${this.#handle}`;
    this.#base = existsSync(base) ? base : undefined;
  }

  /** The path to watch; nothing is read or written by it. */
  get path(): string {
    return this.#path;
  }

  /** Says how the leaf differs from the one that was opened: replaced or removed; undefined while it does not. */
  tampering(): string | undefined {
    let found: Stats | undefined;
    try {
      found = lstatSync(this.#path, { throwIfNoEntry: false });
    } catch (error) {
      return `the directory ${this.name} cannot be seen (${codeOf(error)})`;
    }
    if (found === undefined) return `the directory ${this.name} was removed`;
    if (found.isSymbolicLink()) return `the directory ${this.name} was replaced by a link`;
    const isSame = found.dev === this.#facts.dev && found.ino === this.#facts.ino;
    return isSame ? undefined : `the directory ${this.name} was replaced by another`;
  }

  /** Yields the entries as they are read. */
  entries(): Generator<SpoolEntry, void, undefined> {
    return listSpool(this.#directory());
  }

  /** Looks at an entry without following it; undefined when it is gone or not to be seen. */
  inspect(name: string): Stats | undefined {
    try {
      return lstatSync(this.#at(name), { throwIfNoEntry: false });
    } catch {
      // What the directory itself suffers from is found when it is listed.
      return undefined;
    }
  }

  /** Reads a file with a legal name; after closing there is none. */
  read(name: string, maxBytes: number): SpoolRead {
    return this.#isClosed ? { kind: 'absent' } : readSpoolFile(join(this.#directory(), name), maxBytes);
  }

  /** Removes a file, a link or an empty directory; says whether it is gone. */
  remove(name: string): boolean {
    return isDone(() => unlinkSync(this.#at(name))) || isDone(() => rmdirSync(this.#at(name)));
  }

  /** Moves an entry of any kind to a path of the host's; says whether that went well. */
  moveOut(name: string, target: string): boolean {
    return isDone(() => renameSync(this.#at(name), target)) && existsWithoutFollowing(target);
  }

  /** Publishes a file over whatever has its name, save a directory. */
  async publish(name: string, text: string, synced: Synced): Promise<void> {
    const publishing = this.#publish(name, text, synced);
    this.#publishing.add(publishing);
    try {
      await publishing;
    } finally {
      this.#publishing.delete(publishing);
    }
  }

  async #publish(name: string, text: string, synced: Synced): Promise<void> {
    const directory = this.#directory();
    try {
      await publishFile(directory, name, text, { mode: IPC_FILE_MODE, synced });
    } catch (error) {
      // Here only the host writes: what stands in the way was left there, by one that died or to annoy.
      if (codeOf(error) !== 'EEXIST' || !this.remove(`${name}.tmp`)) throw error;
      await publishFile(directory, name, text, { mode: IPC_FILE_MODE, synced });
    }
  }

  /** Closes the descriptor once nothing is being written through it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled(this.#publishing);
    closeSync(this.#handle);
  }

  #directory(): string {
    if (this.#isClosed) throw new TurnboxError('INTERNAL', `the directory ${this.name} was closed`);
    if (this.#base !== undefined) return this.#base;
    const tampering = this.tampering();
    if (tampering !== undefined) throw new TurnboxError('PROTOCOL_VIOLATION', tampering);
    return this.#path;
  }

  #at(name: string): string | Buffer {
    if (/^[\x01-\x7f]*$/.test(name)) return `${this.#directory()}/${name}`;
    return Buffer.concat([Buffer.from(`${this.#directory()}/`), Buffer.from(name, 'latin1')]);
  }
}

/** Whether a step went well, or what it was to take away was not there. */
function isDone(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

function existsWithoutFollowing(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** What an error means for a leaf: that somebody tampered with it, or that this machine is in trouble. */
export function isTamperingCode(code: string): boolean {
  return ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EEXIST', 'ENOTEMPTY'].includes(code);
}

/** The code of an error of the system; its name where it has none. */
export function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.name;
  return 'unknown error';
}

import type { Stats } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Finding } from './finding.ts';

const MIB = 1024 * 1024;
const LOW_BYTES = 1024 * MIB;
const TOO_LOW_BYTES = 100 * MIB;

/** What there is to know of a data directory without touching it. */
export interface DataDirFacts {
  readonly path: string;
  readonly kind: 'directory' | 'absent' | 'other';
  /** Permission bits; 0 where it is absent. */
  readonly mode: number;
  /** Of the directory, or of the nearest one above it that exists. */
  readonly isWritable: boolean;
  readonly freeBytes: number;
}

/** Finds out whether the data directory is there or can be made, private, writable, and has room. Makes nothing. */
export async function checkDataDir(path: string): Promise<Finding> {
  return judgeDataDir(await readDataDirFacts(path));
}

export function judgeDataDir(facts: DataDirFacts): Finding {
  const name = 'data directory';
  const { path, kind, mode, isWritable, freeBytes } = facts;
  const elsewhere = 'use another one with --data-dir or TURNBOX_DATA_DIR';
  if (kind === 'other') return { name, state: 'problem', found: `${path} is no directory`, cure: elsewhere };
  if (!isWritable) {
    const found = kind === 'absent' ? `${path} can't be made` : `${path} can't be written`;
    return { name, state: 'problem', found, cure: `correct its permissions, or ${elsewhere}` };
  }
  const free = `${formatBytes(freeBytes)} free`;
  if (freeBytes < TOO_LOW_BYTES) {
    return { name, state: 'problem', found: `${path}, only ${free}`, cure: `make room, or ${elsewhere}` };
  }
  if (kind === 'directory' && (mode & 0o077) !== 0) {
    const found = `${path}, ${free}, open to other users (mode ${mode.toString(8).padStart(4, '0')})`;
    return { name, state: 'warning', found, cure: `chmod 700 ${path}` };
  }
  if (freeBytes < LOW_BYTES) {
    return { name, state: 'warning', found: `${path}, only ${free}`, cure: 'make room' };
  }
  const found = kind === 'absent' ? `${path}, made by the first run, ${free}` : `${path}, ${free}`;
  return { name, state: 'ok', found };
}

async function readDataDirFacts(path: string): Promise<DataDirFacts> {
  const facts = await statOrUndefined(path);
  const base = facts === undefined ? await nearestAbove(path) : path;
  const { bavail, bsize } = await statfs(base);
  return {
    path,
    kind: facts === undefined ? 'absent' : facts.isDirectory() ? 'directory' : 'other',
    mode: (facts?.mode ?? 0) & 0o777,
    isWritable: await isWritableDir(base),
    freeBytes: bavail * bsize,
  };
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    // Absent, or behind a directory that is closed to us: what is above it decides.
    return undefined;
  }
}

async function nearestAbove(path: string): Promise<string> {
  const above = dirname(path);
  return above === path || (await statOrUndefined(above)) !== undefined ? above : nearestAbove(above);
}

async function isWritableDir(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return (await stat(path)).isDirectory();
  } catch {
    // That is the answer.
    return false;
  }
}

function formatBytes(bytes: number): string {
  return bytes >= 1024 * MIB ? `${(bytes / 1024 / MIB).toFixed(1)} GiB` : `${Math.floor(bytes / MIB)} MiB`;
}

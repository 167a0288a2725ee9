import { type Dir, lstatSync, opendirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

import { toIdentity } from './file-identity.ts';

/** A memory document as it stands in its directory, not yet opened. */
export interface ListedFile {
  /** Relative to the group's directory. */
  readonly path: string;
  readonly identity: string;
}

/** The memory documents of a group, and what was left out of them. */
export interface FileList {
  readonly files: readonly ListedFile[];
  readonly notices: readonly string[];
}

export const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;

const MAX_FILES = 10_000;
/** Names looked at, memory documents or not, so that a directory full of others ends too. */
const MAX_NAMES = 40_000;
const MAX_DEPTH = 16;
const MAX_TOTAL_BYTES = 128 * 1024 * 1024;
const TOP_NAMES = ['MEMORY.md', 'memory.md'];

/**
 * Lists MEMORY.md (or memory.md) and all of `memory/` that ends in .md, in the order of their paths.
 *
 * Looks only at names and their facts, opens no file and follows no link. Names that begin with a dot are nobody's
 * memory and are left out without a notice.
 */
export function listMemoryFiles(root: string): FileList {
  const walk: Walk = { root, files: [], notices: [], bytes: 0, names: 0, isFull: false };
  for (const name of TOP_NAMES) if (walk.files.length === 0) visit(walk, name, 0);
  visit(walk, 'memory', 0);
  if (walk.isFull)
    walk.notices.push(
      `Memory documents above ${MAX_FILES} files, ${MAX_NAMES} names or ${MAX_TOTAL_BYTES / 1024 / 1024} MiB are not searched.`,
    );
  return { files: walk.files, notices: walk.notices };
}

interface Walk {
  readonly root: string;
  readonly files: ListedFile[];
  readonly notices: string[];
  bytes: number;
  names: number;
  isFull: boolean;
}

function visit(walk: Walk, path: string, depth: number): void {
  const facts = readFacts(`${walk.root}/${path}`);
  if (facts === undefined) return;
  const isDocument = path.endsWith('.md');
  if (facts.isDirectory() && (depth > 0 || path === 'memory')) visitDirectory(walk, path, depth);
  else if (facts.isSymbolicLink()) skip(walk, path, 'it is a symbolic link');
  else if (!isDocument) return;
  else if (!facts.isFile()) skip(walk, path, 'it is not a regular file');
  else if (facts.nlink !== 1) skip(walk, path, `it has ${facts.nlink} links`);
  else if (facts.size > MAX_DOCUMENT_BYTES) skip(walk, path, `it has ${facts.size} bytes, above 5 MiB`);
  else if (walk.files.length >= MAX_FILES || walk.bytes + facts.size > MAX_TOTAL_BYTES) walk.isFull = true;
  else {
    walk.bytes += facts.size;
    walk.files.push({ path, identity: toIdentity(facts) });
  }
}

function readFacts(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // A name too long, a directory closed or made a file in between: nothing that could be opened either.
    return undefined;
  }
}

function visitDirectory(walk: Walk, path: string, depth: number): void {
  if (depth >= MAX_DEPTH) return skip(walk, path, `it lies deeper than ${MAX_DEPTH} directories`);
  let directory: Dir;
  try {
    directory = opendirSync(join(walk.root, path), { bufferSize: 512 });
  } catch {
    return skip(walk, path, 'the directory cannot be read');
  }
  try {
    for (const name of readNames(directory, walk)) visit(walk, `${path}/${name}`, depth + 1);
  } finally {
    directory.closeSync();
  }
}

/** Names in an order that does not change between walks, so that a limit always leaves out the same ones. */
function readNames(directory: Dir, walk: Walk): string[] {
  const names: string[] = [];
  for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
    walk.names += 1;
    if (walk.names > MAX_NAMES) {
      walk.isFull = true;
      break;
    }
    if (!entry.name.startsWith('.')) names.push(entry.name);
  }
  return names.sort();
}

function skip(walk: Walk, path: string, reason: string): void {
  // A name may hold anything, a line break too.
  walk.notices.push(`${JSON.stringify(path)} is not searched: ${reason}.`);
}

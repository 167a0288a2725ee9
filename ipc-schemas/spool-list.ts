import { type Dirent, opendirSync } from 'node:fs';

/** An entry of a spool directory. */
export interface SpoolEntry {
  /** One character a byte (latin1): a name need not be UTF-8, and is ASCII where it is legal. */
  readonly name: string;
  /** Where the file system says so without a further question. */
  readonly isFile: boolean | undefined;
}

/** How many entries are read at a time. */
const BATCH = 256;

/**
 * Yields the entries of a directory as they are read: a directory of any size takes little memory.
 *
 * What comes or goes meanwhile may be yielded or not. Throws where the directory cannot be read.
 */
export function* listSpool(directory: string): Generator<SpoolEntry, void, undefined> {
  const entries = opendirSync(directory, { encoding: 'latin1', bufferSize: BATCH });
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      yield { name: entry.name, isFile: isFile(entry) };
    }
  } finally {
    entries.closeSync();
  }
}

function isFile(entry: Dirent): boolean | undefined {
  if (entry.isFile()) return true;
  const isSomethingElse =
    entry.isDirectory() ||
    entry.isSymbolicLink() ||
    entry.isFIFO() ||
    entry.isSocket() ||
    entry.isCharacterDevice() ||
    entry.isBlockDevice();
  return isSomethingElse ? false : undefined;
}

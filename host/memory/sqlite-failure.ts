/** What a failed statement says about the database; the primary result codes of sqlite.org/rescode.html. */
export type SqliteFailure = 'damaged' | 'busy' | 'unwritable' | 'other';

const KINDS: ReadonlyMap<number, SqliteFailure> = new Map([
  [5, 'busy'],
  [6, 'busy'],
  [8, 'unwritable'],
  [10, 'unwritable'],
  [11, 'damaged'],
  [13, 'unwritable'],
  [14, 'unwritable'],
  [26, 'damaged'],
]);

/** Tells what kind of failure an error of `node:sqlite` is. */
export function readSqliteFailure(error: unknown): SqliteFailure {
  if (!(error instanceof Error) || !('errcode' in error)) return 'other';
  // The primary code is the low byte of an extended one.
  return KINDS.get(Number(error.errcode) & 0xff) ?? 'other';
}

/** Says in one sentence why the index was not brought up to date; undefined for a failure that is no such reason. */
export function describeWriteFailure(error: unknown): string | undefined {
  const failure = readSqliteFailure(error);
  if (failure === 'busy')
    return 'Another process is writing the memory index; this answer is from what it had before.';
  if (failure !== 'unwritable' || !(error instanceof Error)) return undefined;
  return `The memory index cannot be written (${error.message}); this answer is from what it had before.`;
}

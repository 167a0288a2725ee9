import type { MemoryStore } from './memory-store.ts';

/** Raised with every change of the tables below or of how terms are read, so that older indexes are made anew. */
const INDEX_VERSION = 1;

const MESSAGES = `
  CREATE TABLE IF NOT EXISTS memory_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_folder TEXT NOT NULL,
    chat_jid TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    is_indexed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS memory_messages_waiting ON memory_messages (group_folder) WHERE is_indexed = 0;
`;

const DROP_INDEX = `
  DROP TABLE IF EXISTS memory_scopes;
  DROP TABLE IF EXISTS memory_files;
  DROP TABLE IF EXISTS memory_tracks;
  DROP TABLE IF EXISTS memory_passages;
  DROP TABLE IF EXISTS memory_terms;
  DROP TABLE IF EXISTS memory_version;
`;

/**
 * A scope is one source of one group, a track is passages that stand one after the other: a section of a file, or
 * a day of a chat. Terms carry the number of their scope, so that a query never meets another group's postings.
 */
const INDEX = `
  CREATE TABLE memory_version (version INTEGER NOT NULL) STRICT;
  CREATE TABLE memory_scopes (
    id INTEGER PRIMARY KEY,
    group_folder TEXT NOT NULL,
    source TEXT NOT NULL,
    passages INTEGER NOT NULL DEFAULT 0,
    terms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (group_folder, source)
  ) STRICT;
  CREATE TABLE memory_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope INTEGER NOT NULL,
    path TEXT NOT NULL,
    identity TEXT NOT NULL,
    hash TEXT NOT NULL,
    problem TEXT NOT NULL,
    UNIQUE (scope, path)
  ) STRICT;
  CREATE TABLE memory_tracks (
    id INTEGER PRIMARY KEY,
    scope INTEGER NOT NULL,
    file INTEGER,
    chat_jid TEXT,
    day TEXT
  ) STRICT;
  CREATE INDEX memory_tracks_by_file ON memory_tracks (file) WHERE file IS NOT NULL;
  CREATE UNIQUE INDEX memory_tracks_by_day ON memory_tracks (scope, chat_jid, day) WHERE file IS NULL;
  CREATE TABLE memory_passages (
    id INTEGER PRIMARY KEY,
    track INTEGER NOT NULL,
    position INTEGER NOT NULL,
    message INTEGER,
    start_line INTEGER NOT NULL,
    end_line INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    terms TEXT NOT NULL,
    speaker_terms TEXT NOT NULL,
    context_terms TEXT NOT NULL,
    is_question INTEGER NOT NULL,
    UNIQUE (track, position)
  ) STRICT;
  CREATE VIRTUAL TABLE memory_terms USING fts5 (
    body, context, content = '', contentless_delete = 1, detail = column, tokenize = 'ascii'
  );
`;

/**
 * Makes the tables where they are missing or of another version.
 *
 * Messages are data and stay; everything else is an index of them and of the files, and is filled by the next
 * refresh.
 */
export function prepareSchema(store: MemoryStore): void {
  if (isCurrent(store)) return;
  store.write(() => {
    // Another process may have done it while this one waited for its turn.
    if (isCurrent(store)) return;
    store.exec(MESSAGES);
    resetIndex(store);
  });
}

/** Empties the index; messages stay and wait to be indexed again. Runs within a transaction of the caller's. */
export function resetIndex(store: MemoryStore): void {
  store.exec(DROP_INDEX + INDEX);
  store.run('INSERT INTO memory_version (version) VALUES (?)', INDEX_VERSION);
  store.run('UPDATE memory_messages SET is_indexed = 0');
}

function isCurrent(store: MemoryStore): boolean {
  const names = store.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE name = 'memory_version'");
  if (names.length === 0) return false;
  return store.all<{ version: number }>('SELECT version FROM memory_version')[0]?.version === INDEX_VERSION;
}

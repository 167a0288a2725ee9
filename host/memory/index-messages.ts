import { setImmediate } from 'node:timers/promises';

import type { IndexTools } from './index-document.ts';
import { ensureScope } from './memory-scopes.ts';
import type { MemoryStore } from './memory-store.ts';
import { readBlocks } from './read-blocks.ts';
import { MAX_SNIPPET_LENGTH, splitBlock } from './split-block.ts';
import type { SplitTerms } from './split-terms.ts';
import { readPassageTerms, writePassages } from './write-passages.ts';

/** So much is written at once: little enough that neither this process nor another waits long for it. */
const BATCH = 50;
const MAX_BATCH_CHARACTERS = 100_000;

interface WaitingMessage extends Record<string, unknown> {
  readonly id: number;
  readonly chat_jid: string;
  readonly sender_name: string;
  readonly text: string;
  readonly timestamp: string;
}

/** Puts the messages of a group that were recorded since into the index, in the order of their recording. */
export async function indexMessages({ keeper, splitTerms }: IndexTools, groupFolder: string): Promise<void> {
  while (keeper.use((store) => hasWaiting(store, groupFolder))) {
    keeper.use((store) => store.write(() => indexBatch(store, splitTerms, groupFolder)));
    await setImmediate();
  }
}

function hasWaiting(store: MemoryStore, groupFolder: string): boolean {
  const sql = 'SELECT id FROM memory_messages WHERE group_folder = ? AND is_indexed = 0 LIMIT 1';
  return store.all(sql, groupFolder)[0] !== undefined;
}

function indexBatch(store: MemoryStore, splitTerms: SplitTerms, groupFolder: string): void {
  const messages = store.all<WaitingMessage>(
    `SELECT id, chat_jid, sender_name, text, timestamp FROM memory_messages
      WHERE group_folder = ? AND is_indexed = 0 ORDER BY id LIMIT ${BATCH}`,
    groupFolder,
  );
  const scopeId = ensureScope(store, { groupFolder, source: 'sessions' }).id;
  let characters = 0;
  for (const message of messages) {
    if (characters > MAX_BATCH_CHARACTERS) return;
    characters += message.text.length;
    indexMessage(store, splitTerms, scopeId, message);
    store.run('UPDATE memory_messages SET is_indexed = 1 WHERE id = ?', message.id);
  }
}

function indexMessage(
  store: MemoryStore,
  splitTerms: SplitTerms,
  scopeId: number,
  message: WaitingMessage,
): void {
  const day = message.timestamp.slice(0, 10);
  const trackId = ensureTrack(store, scopeId, message.chat_jid, day);
  const { next } = store.all<{ next: number }>(
    'SELECT ifnull(max(position) + 1, 0) AS next FROM memory_passages WHERE track = ?',
    trackId,
  )[0] ?? { next: 0 };
  // The sender's name stands before it in a hit.
  const maxLength = MAX_SNIPPET_LENGTH - message.sender_name.length - 2;
  const pieces = [...readBlocks(message.text)].flatMap((block) => splitBlock(block, maxLength));
  const passages = pieces.map((piece, index) => {
    const passage = { ...piece, title: day, speaker: message.sender_name };
    const found = readPassageTerms(splitTerms, passage, '');
    const terms = [...found.speakerTerms, ...found.terms];
    return { ...passage, ...found, terms, position: next + index, message: message.id };
  });
  writePassages(store, scopeId, trackId, passages);
}

function ensureTrack(store: MemoryStore, scopeId: number, chatJid: string, day: string): number {
  const known = store.all<{ id: number }>(
    'SELECT id FROM memory_tracks WHERE scope = ? AND chat_jid = ? AND day = ? AND file IS NULL',
    scopeId,
    chatJid,
    day,
  )[0];
  if (known !== undefined) return known.id;
  return store.run(
    'INSERT INTO memory_tracks (scope, chat_jid, day) VALUES (?, ?, ?)',
    scopeId,
    chatJid,
    day,
  );
}

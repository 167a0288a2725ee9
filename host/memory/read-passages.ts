import type { MemoryStore } from './memory-store.ts';
import { type Place, placeKey } from './place.ts';

/** A passage of the index as a hit shows it. */
export interface StoredPassage extends Place, Record<string, unknown> {
  readonly track: number;
  readonly position: number;
  /** The message it is part of; null in a document. */
  readonly message: number | null;
  readonly start_line: number;
  readonly end_line: number;
  readonly title: string;
  readonly text: string;
  readonly sender_name: string | null;
  readonly timestamp: string | null;
}

/** Gives the passage at a place; undefined beyond either end of its track. */
export type ReadPassage = (place: Place) => StoredPassage | undefined;

/** Neighbours are read together, as whoever asks for one asks for some of the others. */
const BLOCK = 8;

/** Makes a reader that reads each passage once at most. */
export function createPassageReader(store: MemoryStore): ReadPassage {
  const blocks = new Map<number, ReadonlyMap<number, StoredPassage>>();
  return ({ track, position }) => {
    const first = Math.floor(position / BLOCK) * BLOCK;
    const key = placeKey({ track, position: first });
    const block = blocks.get(key) ?? readBlock(store, track, first);
    blocks.set(key, block);
    return block.get(position);
  };
}

function readBlock(store: MemoryStore, track: number, first: number): ReadonlyMap<number, StoredPassage> {
  const rows = store.all<StoredPassage>(
    `SELECT passage.track, passage.position, passage.message, passage.start_line, passage.end_line,
        passage.title, passage.text, message.sender_name, message.timestamp
      FROM memory_passages AS passage LEFT JOIN memory_messages AS message ON message.id = passage.message
      WHERE passage.track = ? AND passage.position BETWEEN ? AND ?`,
    track,
    first,
    first + BLOCK - 1,
  );
  return new Map(rows.map((row) => [row.position, row]));
}

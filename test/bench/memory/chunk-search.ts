import { DatabaseSync } from 'node:sqlite';

/** A search with nothing but FTS5, to compare with. */
export interface ChunkSearch extends Disposable {
  readonly find: (query: string, topK: number) => string[];
}

const MAX_CHUNK_LENGTH = 800;

/** Indexes paragraphs put together up to 800 characters and ranks them by bm25 for any word of the query. */
export function createChunkSearch(texts: ReadonlyMap<string, string>, tokenizer: string): ChunkSearch {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE VIRTUAL TABLE chunks USING fts5 (text, tokenize = '${tokenizer}')`);
  const insert = database.prepare('INSERT INTO chunks (text) VALUES (?)');
  for (const text of texts.values()) for (const chunk of splitChunks(text)) insert.run(chunk);
  const select = database.prepare(
    'SELECT text FROM chunks WHERE chunks MATCH ? ORDER BY bm25(chunks) LIMIT ?',
  );
  return {
    find: (query, topK) => {
      const words = query.match(/[\p{L}\p{N}]+/gu) ?? [];
      if (words.length === 0) return [];
      return select
        .all(words.map((word) => `"${word}"`).join(' OR '), topK)
        .map((row) => String(row['text']));
    },
    [Symbol.dispose]: () => database.close(),
  };
}

function splitChunks(text: string): string[] {
  const chunks: string[] = [];
  for (const paragraph of text.split(/\n\n+/u)) {
    const longer = `${chunks.at(-1)}\n\n${paragraph}`;
    if (chunks.length > 0 && longer.length <= MAX_CHUNK_LENGTH) chunks[chunks.length - 1] = longer;
    else chunks.push(paragraph);
  }
  return chunks;
}

import { createHash } from 'node:crypto';

import { type IndexTools, indexDocument, type ReadDocument } from './index-document.ts';
import { type ListedFile, listMemoryFiles, MAX_DOCUMENT_BYTES } from './list-memory-files.ts';
import { ensureScope, findScope, type ScopeName } from './memory-scopes.ts';
import { readMemoryFile } from './read-memory-file.ts';
import { removeFile } from './write-passages.ts';

interface KnownFile extends Record<string, unknown> {
  readonly path: string;
  readonly identity: string;
  readonly hash: string;
  readonly problem: string;
}

/**
 * Brings the index of a group's memory documents up to date and gives notices of what is left out.
 *
 * Reads only files whose facts have changed and writes only those whose content has. A file that changes while it
 * is read is indexed as read, and again by the next call. Throws what SQLite throws where the index cannot be written.
 */
export async function refreshDocuments(
  tools: IndexTools,
  groupFolder: string,
  root: string | undefined,
): Promise<string[]> {
  const scope: ScopeName = { groupFolder, source: 'memory' };
  const { files, notices } = root === undefined ? { files: [], notices: [] } : listMemoryFiles(root);
  const known = readKnownFiles(tools, scope);
  const problems = [...notices];
  for (const file of files) {
    const before = known.get(file.path);
    known.delete(file.path);
    const problem =
      before?.identity === file.identity || root === undefined
        ? before?.problem
        : await refreshDocument(tools, scope, { root, file, before });
    if (problem) problems.push(`${JSON.stringify(file.path)} ${problem}.`);
  }
  if (known.size > 0) forgetFiles(tools, scope, [...known.keys()]);
  return problems;
}

function readKnownFiles({ keeper }: IndexTools, name: ScopeName): Map<string, KnownFile> {
  const rows = keeper.use((store) => {
    const scope = findScope(store, name);
    if (scope === undefined) return [];
    const sql = 'SELECT path, identity, hash, problem FROM memory_files WHERE scope = ?';
    return store.all<KnownFile>(sql, scope.id);
  });
  return new Map(rows.map((row) => [row.path, row]));
}

function forgetFiles({ keeper }: IndexTools, name: ScopeName, paths: readonly string[]): void {
  for (const path of paths)
    keeper.use((store) => store.write(() => removeFile(store, ensureScope(store, name).id, path)));
}

interface Change {
  readonly root: string;
  readonly file: ListedFile;
  readonly before: KnownFile | undefined;
}

/** Gives what of the file is not searched, and why; empty where all is. */
async function refreshDocument(
  tools: IndexTools,
  scope: ScopeName,
  { root, file, before }: Change,
): Promise<string> {
  const found = await readMemoryFile(root, file.path, MAX_DOCUMENT_BYTES);
  if (found.kind !== 'read') {
    forgetFiles(tools, scope, [file.path]);
    return found.kind === 'refused' ? `is not searched: ${found.reason}` : '';
  }
  const hash = createHash('sha256').update(found.bytes).digest('hex');
  const read: ReadDocument = { path: file.path, identity: found.identity, hash, ...readText(found.bytes) };
  if (before?.hash !== hash || before.identity === 'unfinished') return indexDocument(tools, scope, read);
  tools.keeper.use((store) =>
    store.run(
      `UPDATE memory_files SET identity = ? WHERE path = ? AND hash = ?
        AND scope = (SELECT id FROM memory_scopes WHERE group_folder = ? AND source = ?)`,
      found.identity,
      file.path,
      hash,
      scope.groupFolder,
      scope.source,
    ),
  );
  return before.problem;
}

function readText(bytes: Uint8Array): Pick<ReadDocument, 'text' | 'problem'> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0')
      ? { text: '', problem: 'is not searched: it is binary' }
      : { text, problem: '' };
  } catch {
    // Total by contract: bytes that are no UTF-8 are a property of the file.
    return { text: '', problem: 'is not searched: it is no UTF-8 text' };
  }
}

import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TurnboxError } from '../../../ipc-schemas/index.ts';
import { type MemorySearch, type MemorySearchResult, openMemory } from '../../memory/open-memory.ts';
import type { CliIo } from '../cli-io.ts';
import { hasDatabase } from './list-groups.ts';

/**
 * Searches the memory of a data directory without making a database in it: where it has none, the index is a
 * private one that goes with the search.
 *
 * An interrupt waits for that, since the index holds what the documents hold; then it throws RUN_CANCELLED.
 */
export async function searchMemory(
  dataDir: string,
  search: MemorySearch,
  { watchInterrupts }: Pick<CliIo, 'watchInterrupts'>,
): Promise<MemorySearchResult> {
  if (hasDatabase(dataDir)) return searchIn(dataDir, search);
  using interrupts = watchInterrupts();
  const scratch = await mkdtemp(join(tmpdir(), 'turnbox-search-'));
  try {
    await symlink(join(dataDir, 'groups'), join(scratch, 'groups'));
    const result = await searchIn(scratch, search);
    if (interrupts.first.aborted) throw new TurnboxError('RUN_CANCELLED', 'the search was interrupted');
    return result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function searchIn(dataDir: string, search: MemorySearch): Promise<MemorySearchResult> {
  await using memory = await openMemory({ dataDir });
  return await memory.search(search);
}

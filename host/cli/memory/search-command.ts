import type { CliIo } from '../cli-io.ts';
import { EXIT } from '../exit-code.ts';
import { findDataDir } from './find-data-dir.ts';
import type { SearchFlags } from './memory-options.ts';
import { renderHits } from './render-hits.ts';
import { searchMemory } from './search-memory.ts';
import { renderJson, tellNotices, writeResult } from './write-result.ts';

/** Runs `turnbox memory search` and gives its exit code. Throws TurnboxError where the search fails. */
export async function searchCommand(words: string, flags: SearchFlags, io: CliIo): Promise<number> {
  const { group: groupFolder, topK, sources } = flags;
  const dataDir = await findDataDir(groupFolder, flags, io);
  if (dataDir === undefined) return EXIT.failed;
  const { hits, notices } = await searchMemory(dataDir, { groupFolder, query: words, topK, sources }, io);
  await tellNotices(notices, io.stderr);
  if (flags.json === true) return writeResult(renderJson({ hits }, io.stdout), io);
  if (hits.length > 0) {
    return writeResult(renderHits(hits, { sink: io.stdout, glyphs: io.glyphs, groupFolder }), io);
  }
  await io.stderr.write(`turnbox: nothing found in the memory of "${groupFolder}"\n`);
  return EXIT.success;
}

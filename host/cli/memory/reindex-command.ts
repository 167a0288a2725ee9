import { openMemory } from '../../memory/open-memory.ts';
import type { CliIo } from '../cli-io.ts';
import { EXIT } from '../exit-code.ts';
import { formatCount } from '../format-amounts.ts';
import { findDataDir } from './find-data-dir.ts';
import { hasDatabase } from './list-groups.ts';
import type { ReindexFlags } from './memory-options.ts';
import { tellFailure } from './tell-failure.ts';
import { tellNotices, writeResult } from './write-result.ts';

/** Runs `turnbox memory reindex` and gives its exit code. Throws TurnboxError where the index cannot be written. */
export async function reindexCommand(flags: ReindexFlags, io: CliIo): Promise<number> {
  const dataDir = await findDataDir(flags.group, flags, io);
  if (dataDir === undefined) return EXIT.failed;
  if (!hasDatabase(dataDir)) {
    return tellFailure(
      `there is no memory index in ${dataDir} to make anew: the next run makes it`,
      io.stderr,
    );
  }
  await using memory = await openMemory({ dataDir });
  const { groups, passages, notices } = await memory.reindex(flags.group);
  await tellNotices(notices, io.stderr);
  const amount = `${formatCount(passages, 'passage')} of ${formatCount(groups, 'group')}`;
  return await writeResult(`The index is made anew: ${amount}.\n`, io);
}

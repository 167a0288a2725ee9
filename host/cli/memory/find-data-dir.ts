import { readHostConfig } from '../../config.ts';
import { requireGroup } from '../../memory/memory-root.ts';
import type { CliIo } from '../cli-io.ts';
import { listGroupFolders, listRecordedGroups } from './list-groups.ts';
import { tellFailure } from './tell-failure.ts';

/** The most groups that are named: those of a busy bot would fill the screen. */
const MAX_NAMES = 50;

/**
 * Finds the data directory in which a group is; without a group, one that has any.
 *
 * Where there is none that is told, and undefined is given. Throws INPUT_INVALID for a name that can be no group's.
 */
export async function findDataDir(
  group: string | undefined,
  flags: { readonly dataDir?: string },
  io: Pick<CliIo, 'env' | 'stderr'>,
): Promise<string | undefined> {
  if (group !== undefined) requireGroup(group);
  const { dataDir } = readHostConfig(io.env, flags.dataDir);
  const isThere = (groups: readonly string[]): boolean =>
    group === undefined ? groups.length > 0 : groups.includes(group);
  const folders = await listGroupFolders(dataDir);
  // The messages are asked only where the directories do not say it.
  const groups = isThere(folders) ? folders : [...new Set([...folders, ...listRecordedGroups(dataDir)])];
  if (isThere(groups)) return dataDir;
  await tellFailure(describeNoGroup(group, groups.sort(), dataDir), io.stderr);
  return undefined;
}

/** Says which group there is not, and which there are. */
export function describeNoGroup(
  group: string | undefined,
  groups: readonly string[],
  dataDir: string,
): string {
  if (groups.length === 0) return `there is no group in ${dataDir} yet`;
  const more = groups.length > MAX_NAMES ? ` and ${groups.length - MAX_NAMES} more` : '';
  const names = groups.slice(0, MAX_NAMES).join(', ');
  return `there is no group "${group}" in ${dataDir}; its groups are: ${names}${more}`;
}

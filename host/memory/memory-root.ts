import { lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { GROUP_FOLDER_PATTERN, TurnboxError } from '../../ipc-schemas/index.ts';

/** The group whose memory every group may read. */
export const GLOBAL_GROUP = 'global';

/**
 * Finds the real directory of a group's memory documents; undefined where there is none, or a link in its place.
 *
 * Throws INPUT_INVALID for a name that is neither a group's nor `global`.
 */
export function findMemoryRoot(dataDir: string, groupFolder: string): string | undefined {
  requireGroup(groupFolder);
  try {
    const root = join(realpathSync(join(dataDir, 'groups')), groupFolder);
    return lstatSync(root).isDirectory() ? root : undefined;
  } catch {
    // The group has nothing yet.
    return undefined;
  }
}

/** Throws INPUT_INVALID for a name that is neither a group's nor `global`. */
export function requireGroup(groupFolder: string): void {
  if (groupFolder === GLOBAL_GROUP || GROUP_FOLDER_PATTERN.test(groupFolder)) return;
  throw new TurnboxError('INPUT_INVALID', 'groupFolder: expected the name of a chat group or "global"');
}

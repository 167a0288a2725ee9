import { lstat, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { GROUP_FOLDER_PATTERN, newRequestId, TurnboxError } from '../ipc-schemas/index.ts';
import { scaffoldFiles } from './scaffold.ts';

/** The directories of one chat group. */
export interface GroupDirs {
  readonly groupDir: string;
  readonly globalDir: string;
  /** The agent's own state: sessions, settings, logins. */
  readonly agentDir: string;
  /** What the agent has as HOME. */
  readonly homeDir: string;
}

/** The directories of one run; nothing of them outlives it. */
export interface RunDirs extends AsyncDisposable {
  readonly runId: string;
  readonly runDir: string;
  readonly ipcDir: string;
  /** For the runner's own files, which nobody else may read. */
  readonly scratchDir: string;
}

/**
 * Makes the directories of a group ready, with a scaffold where the group is new.
 *
 * `agentHome` names the agent's state directory. Throws INPUT_INVALID for a name that is no group's, or that
 * differs from a group's only in case: many file systems would make them one; CONTAINER_START_FAILED where the
 * data directory cannot be made.
 */
export async function openGroup(dataDir: string, group: string, agentHome: string): Promise<GroupDirs> {
  if (!GROUP_FOLDER_PATTERN.test(group)) {
    throw new TurnboxError(
      'INPUT_INVALID',
      `groupFolder: expected the name of a chat group, found "${group}"`,
    );
  }
  const groupsDir = join(dataDir, 'groups');
  try {
    await makeDirectory(groupsDir);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new TurnboxError('CONTAINER_START_FAILED', `the data directory cannot be made: ${problem}`, {
      cause,
    });
  }
  await refuseOtherCase(groupsDir, group);
  const dirs: GroupDirs = {
    groupDir: join(groupsDir, group),
    globalDir: join(groupsDir, 'global'),
    agentDir: join(dataDir, 'agent-home', group, agentHome),
    homeDir: join(dataDir, 'agent-home', group, 'home'),
  };
  await makeOnce(dirs.groupDir, scaffoldFiles(group));
  await makeOnce(dirs.globalDir, scaffoldFiles('global'));
  await mkdir(dirs.agentDir, { recursive: true, mode: 0o700 });
  await mkdir(dirs.homeDir, { recursive: true, mode: 0o700 });
  return dirs;
}

/** Makes the directories of a new run; disposing removes them. */
export async function openRun(dataDir: string, runId: string): Promise<RunDirs> {
  const runDir = join(dataDir, 'runs', runId);
  const ipcDir = join(runDir, 'ipc');
  for (const leaf of ['actions', 'messages', 'action_results']) {
    await mkdir(join(ipcDir, leaf), { recursive: true, mode: 0o700 });
  }
  const scratchDir = join(runDir, 'scratch');
  await mkdir(scratchDir, { mode: 0o700 });
  const remove = (): Promise<void> => rm(runDir, { recursive: true, force: true });
  return { runId, runDir, ipcDir, scratchDir, [Symbol.asyncDispose]: remove };
}

/**
 * Makes a directory and those above it, closed to others.
 *
 * Not by `mkdir({ recursive: true })`, which never returns where a file system refuses with ENOENT (`/proc`).
 */
async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  if (dirname(path) !== path) await makeDirectory(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Somebody else made it in between, which is as good.
    if (!(await isDirectory(path))) throw error;
  }
}

/** Whether there is a directory, perhaps behind a link: above the groups that is the operator's own affair. */
async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Absent: the caller makes it, and is told of anything else by that.
    return false;
  }
}

async function refuseOtherCase(groupsDir: string, group: string): Promise<void> {
  const names = await readdir(groupsDir);
  const other = names.find((name) => name !== group && name.toLowerCase() === group.toLowerCase());
  if (other === undefined) return;
  throw new TurnboxError(
    'INPUT_INVALID',
    `groupFolder: expected a name that differs from other groups in more than case, found "${group}" beside "${other}"`,
  );
}

/**
 * Makes a directory with files in it, whole or not at all; one that exists is left as it is.
 *
 * The host writes into a group's directory only here, before any container could have.
 */
async function makeOnce(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  if (await isRealDirectory(directory)) return;
  const unfinished = `${directory}.${newRequestId()}.tmp`;
  await mkdir(join(unfinished, 'memory'), { recursive: true, mode: 0o700 });
  for (const [name, text] of files) await writeFile(join(unfinished, name), text);
  try {
    await rename(unfinished, directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Somebody else made it in between, which is as good.
    if (!(await isRealDirectory(directory))) throw error;
  }
}

async function isRealDirectory(path: string): Promise<boolean> {
  let facts;
  try {
    facts = await lstat(path);
  } catch {
    // Absent: the caller makes it, and is told of anything else by that.
    return false;
  }
  if (facts.isDirectory()) return true;
  throw new TurnboxError('INPUT_INVALID', `expected a directory at ${path}, found something else`);
}

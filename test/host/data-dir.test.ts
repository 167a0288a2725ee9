import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import { openGroup, openRun } from '../../host/data-dir.ts';
import { scaffoldFiles } from '../../host/scaffold.ts';
import { makeScratchDir } from './host-setting.ts';

const scratch = await makeScratchDir();
let count = 0;
let dataDir = '';

beforeEach(() => {
  count += 1;
  dataDir = join(scratch.path, `host-${count}`);
});

afterAll(() => scratch[Symbol.asyncDispose]());

const listGroups = async (): Promise<string[]> => (await readdir(join(dataDir, 'groups'))).sort();
const modesOf = (paths: readonly string[]): Promise<string[]> =>
  Promise.all(paths.map(async (path) => `${path} ${((await stat(path)).mode & 0o777).toString(8)}`));

describe('openGroup', () => {
  test('makes the directories of a new group and says where they are', async () => {
    const dirs = await openGroup(dataDir, 'team', 'pi');

    expect(dirs).toEqual({
      groupDir: join(dataDir, 'groups', 'team'),
      globalDir: join(dataDir, 'groups', 'global'),
      agentDir: join(dataDir, 'agent-home', 'team', 'pi'),
      homeDir: join(dataDir, 'agent-home', 'team', 'home'),
    });
    const facts = await Promise.all(Object.values(dirs).map((path: string) => stat(path)));
    expect(facts.every((fact) => fact.isDirectory())).toBe(true);
  });

  test('scaffolds the group and the global directory and leaves nothing beside them', async () => {
    const { groupDir, globalDir } = await openGroup(dataDir, 'team', 'pi');

    expect((await readdir(groupDir)).sort()).toEqual(['MEMORY.md', 'SOUL.md', 'memory']);
    expect((await readdir(globalDir)).sort()).toEqual(['MEMORY.md', 'memory']);
    expect(await readFile(join(groupDir, 'SOUL.md'), 'utf8')).toBe(scaffoldFiles('team').get('SOUL.md'));
    expect(await listGroups()).toEqual(['global', 'team']);
  });

  test('makes directories that nobody else may enter', async () => {
    const dirs = await openGroup(dataDir, 'team', 'pi');

    const made = [dataDir, join(dataDir, 'groups'), ...Object.values(dirs)];
    expect(await modesOf(made)).toEqual(made.map((path) => `${path} 700`));
  });

  test('never scaffolds again: what was changed or removed stays so', async () => {
    const { groupDir } = await openGroup(dataDir, 'team', 'pi');
    await writeFile(join(groupDir, 'MEMORY.md'), 'changed');
    await rm(join(groupDir, 'SOUL.md'));

    await openGroup(dataDir, 'team', 'pi');

    expect((await readdir(groupDir)).sort()).toEqual(['MEMORY.md', 'memory']);
    expect(await readFile(join(groupDir, 'MEMORY.md'), 'utf8')).toBe('changed');
  });

  test('gives groups that are opened at once a whole scaffold each', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `team-${index % 2}`);

    const opened = await Promise.all(names.map((name) => openGroup(dataDir, name, 'pi')));

    for (const { groupDir } of opened) {
      expect((await readdir(groupDir)).sort()).toEqual(['MEMORY.md', 'SOUL.md', 'memory']);
    }
    expect(await listGroups()).toEqual(['global', 'team-0', 'team-1']);
  });

  test.each(['a', 'A1', 'team.a-b_c', `a${'b'.repeat(63)}`, 'globals', 'con'])('takes %s', async (name) => {
    const { groupDir } = await openGroup(dataDir, name, 'pi');

    expect((await stat(groupDir)).isDirectory()).toBe(true);
  });

  test.each([
    '',
    '.',
    '..',
    '.hidden',
    'a/b',
    '../team',
    '/etc',
    'a\\b',
    'a b',
    'a\n',
    'a\0',
    '-a',
    'é',
    `a${'b'.repeat(64)}`,
    'global',
    'Global',
    'GLOBAL',
  ])('refuses the name %j and makes nothing', async (name) => {
    const opening = openGroup(dataDir, name, 'pi');

    await expect(opening).rejects.toMatchObject({ name: 'TurnboxError', code: 'INPUT_INVALID' });
    await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('refuses a group whose name differs from another only in case', async () => {
    await openGroup(dataDir, 'Team', 'pi');

    const opening = openGroup(dataDir, 'tEAM', 'pi');

    await expect(opening).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message:
        'groupFolder: expected a name that differs from other groups in more than case, found "tEAM" beside "Team"',
    });
    expect(await listGroups()).toEqual(['Team', 'global']);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['a file', (path) => writeFile(path, '')],
    ['a link to a directory', (path) => symlink(scratch.path, path)],
    ['a link to nowhere', (path) => symlink('/nonexistent/team', path)],
  ])('refuses %s in place of a group and leaves it as it is', async (_, put) => {
    await mkdir(join(dataDir, 'groups'), { recursive: true });
    await put(join(dataDir, 'groups', 'team'));

    const opening = openGroup(dataDir, 'team', 'pi');

    await expect(opening).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: `expected a directory at ${join(dataDir, 'groups', 'team')}, found something else`,
    });
    expect(await listGroups()).toEqual(['team']);
  });

  test('refuses a link in place of the global directory', async () => {
    await mkdir(join(dataDir, 'groups'), { recursive: true });
    await symlink(scratch.path, join(dataDir, 'groups', 'global'));

    await expect(openGroup(dataDir, 'team', 'pi')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('keeps the state directories of agents apart', async () => {
    const pi = await openGroup(dataDir, 'team', 'pi');
    const offline = await openGroup(dataDir, 'team', 'pi-offline');

    expect(offline.agentDir).not.toBe(pi.agentDir);
    expect({ ...offline, agentDir: '' }).toEqual({ ...pi, agentDir: '' });
  });
});

describe('openRun', () => {
  test('makes the three IPC directories, closed to others', async () => {
    const run = await openRun(dataDir, 'run-1');

    expect(run).toMatchObject({
      runId: 'run-1',
      runDir: join(dataDir, 'runs', 'run-1'),
      ipcDir: join(dataDir, 'runs', 'run-1', 'ipc'),
      scratchDir: join(dataDir, 'runs', 'run-1', 'scratch'),
    });
    expect((await readdir(run.ipcDir)).sort()).toEqual(['action_results', 'actions', 'messages']);
    const made = ['', 'actions', 'messages', 'action_results', '../scratch'].map((name) =>
      join(run.ipcDir, name),
    );
    expect(await modesOf(made)).toEqual(made.map((path) => `${path} 700`));
  });

  test('removes its directory when disposed, full or gone, and no other', async () => {
    await using other = await openRun(dataDir, 'run-2');
    {
      await using run = await openRun(dataDir, 'run-1');
      await writeFile(join(run.ipcDir, 'actions', 'a.json'), '{}');
      await symlink(other.runDir, join(run.runDir, 'link'));
    }
    {
      await using run = await openRun(dataDir, 'run-3');
      await rm(run.runDir, { recursive: true });
    }

    expect(await readdir(join(dataDir, 'runs'))).toEqual(['run-2']);
    expect(await readdir(other.ipcDir)).toHaveLength(3);
  });
});

test('a data directory that cannot be made is an error, not a hang', async () => {
  await expect(openGroup('/proc/turnbox', 'team', 'pi')).rejects.toMatchObject({
    code: 'CONTAINER_START_FAILED',
    message: expect.stringContaining('/proc/turnbox') as string,
  });
});

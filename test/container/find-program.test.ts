import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findProgram, readPackageVersion } from '../../container/agent-runner/find-program.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'turnbox-find-'));
});

afterEach(() => rm(root, { recursive: true }));

async function addFile(path: string, text = '', mode = 0o755): Promise<string> {
  const whole = join(root, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, text);
  await chmod(whole, mode);
  return whole;
}

const manifest = (name: unknown, version: unknown): string => JSON.stringify({ name, version });

describe('findProgram', () => {
  test('takes the first directory of PATH that has one which can be run', async () => {
    await addFile('a/pi', '', 0o644);
    await mkdir(join(root, 'b/pi'), { recursive: true });
    const found = await addFile('c/pi');
    await addFile('d/pi');

    const path = ['a', 'b', 'missing', 'c', 'd'].map((name) => join(root, name)).join(':');

    expect(await findProgram('pi', path)).toBe(found);
  });

  test('does not search for a name with a slash', async () => {
    const found = await addFile('bin/pi');

    expect(await findProgram(found, '')).toBe(found);
    expect(await findProgram(relative(process.cwd(), found), '')).toBe(found);
    expect(await findProgram('bin/pi', root)).toBeUndefined();
  });

  test('follows links', async () => {
    await addFile('lib/cli.js');
    await symlink('lib/cli.js', join(root, 'pi'));

    expect(await findProgram('pi', root)).toBe(join(root, 'pi'));
  });

  test.each([
    ['missing', 'nothing-here'],
    ['a directory', 'directory'],
    ['not executable', 'text'],
    ['a link to nowhere', 'dangling'],
  ])('gives nothing for a program that is %s', async (_, name) => {
    await mkdir(join(root, 'directory'));
    await addFile('text', '', 0o644);
    await symlink('nowhere', join(root, 'dangling'));

    expect(await findProgram(join(root, name), '')).toBeUndefined();
    expect(await findProgram(name, root)).toBeUndefined();
  });
});

describe('readPackageVersion', () => {
  const NAMES = ['@scope/pi'];

  test('is the version of the nearest package above the program, behind links', async () => {
    await addFile('node_modules/@scope/pi/package.json', manifest('@scope/pi', '1.5.2'));
    await addFile('node_modules/@scope/pi/dist/cli.js');
    await symlink('node_modules/@scope/pi/dist/cli.js', join(root, 'pi'));

    expect(await readPackageVersion(join(root, 'pi'), NAMES)).toBe('1.5.2');
  });

  test('looks past a manifest without name and version', async () => {
    await addFile('package.json', manifest('@scope/pi', '2.0.0'));
    await addFile('dist/package.json', '{"type":"module"}');
    const program = await addFile('dist/cli.js');

    expect(await readPackageVersion(program, NAMES)).toBe('2.0.0');
  });

  test.each([
    ['of another package', manifest('other', '1.0.0')],
    ['that is no JSON', '{'],
    ['that is null', 'null'],
  ])('is unknown below a manifest %s', async (_, text) => {
    await addFile('package.json', text);
    const program = await addFile('dist/cli.js');

    expect(await readPackageVersion(program, NAMES)).toBeUndefined();
  });

  test('is unknown for a program that is gone', async () => {
    expect(await readPackageVersion(join(root, 'gone'), NAMES)).toBeUndefined();
  });
});

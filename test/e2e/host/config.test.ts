import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Environment, readHostConfig } from '../../../host/config.ts';
import { makeScratchDir } from '../../host/host-setting.ts';

const scratch = await makeScratchDir();
const TOOL_DIR = resolve(import.meta.dirname, '../../../dist/bin');
const NODE_DIR = dirname(process.execPath);
const INSTALLED_PI = resolve(import.meta.dirname, '../../../node_modules/.bin/pi');

const inScratch = (...names: string[]): string => join(scratch.path, ...names);

/** A program, a file nobody may run, and a directory, each named pi. */
beforeAll(async () => {
  for (const name of ['first', 'second', 'plain']) {
    await mkdir(inScratch(name), { recursive: true });
    await writeFile(inScratch(name, 'pi'), '#!/bin/sh\n');
    await chmod(inScratch(name, 'pi'), name === 'plain' ? 0o600 : 0o700);
  }
  await mkdir(inScratch('directory', 'pi'), { recursive: true });
});

afterAll(() => scratch[Symbol.asyncDispose]());

const read = (env: Environment, dataDir?: string): ReturnType<typeof readHostConfig> =>
  readHostConfig(env, dataDir);

describe('readHostConfig dataDir', () => {
  test.each<[string, Environment, string | undefined, string]>([
    ['the argument', { TURNBOX_DATA_DIR: '/a', XDG_DATA_HOME: '/b', HOME: '/h' }, '/given', '/given'],
    ['TURNBOX_DATA_DIR', { TURNBOX_DATA_DIR: '/a', XDG_DATA_HOME: '/b', HOME: '/h' }, undefined, '/a'],
    ['XDG_DATA_HOME', { XDG_DATA_HOME: '/b', HOME: '/h' }, undefined, '/b/turnbox'],
    ['HOME', { HOME: '/h' }, undefined, '/h/.local/share/turnbox'],
    ['the account', {}, undefined, join(homedir(), '.local/share/turnbox')],
    [
      'HOME: XDG_DATA_HOME is relative',
      { XDG_DATA_HOME: 'b', HOME: '/h' },
      undefined,
      '/h/.local/share/turnbox',
    ],
    [
      'HOME: the others are empty',
      { TURNBOX_DATA_DIR: '', XDG_DATA_HOME: '', HOME: '/h' },
      undefined,
      '/h/.local/share/turnbox',
    ],
    ['a relative argument made absolute', { HOME: '/h' }, 'data', resolve('data')],
    ['a relative TURNBOX_DATA_DIR made absolute', { TURNBOX_DATA_DIR: 'data' }, undefined, resolve('data')],
  ])('comes from %s', (_, env, dataDir, expected) => {
    expect(read(env, dataDir).dataDir).toBe(expected);
  });
});

describe('readHostConfig piProgram', () => {
  test.each<[string, Environment, string]>([
    ['TURNBOX_PI_BIN before PATH', { TURNBOX_PI_BIN: '/opt/pi', PATH: inScratch('first') }, '/opt/pi'],
    ['TURNBOX_PI_BIN as a bare name', { TURNBOX_PI_BIN: 'my-pi', PATH: inScratch('first') }, 'my-pi'],
    ['a relative TURNBOX_PI_BIN made absolute', { TURNBOX_PI_BIN: './my-pi' }, resolve('my-pi')],
    [
      'the first pi on PATH',
      { PATH: `${inScratch('none')}:${inScratch('first')}:${inScratch('second')}` },
      inScratch('first', 'pi'),
    ],
    [
      'PATH, past what is no program',
      { PATH: `${inScratch('directory')}:${inScratch('plain')}:${inScratch('second')}` },
      inScratch('second', 'pi'),
    ],
    [
      'PATH, past relative and empty entries',
      { PATH: `:.:node_modules/.bin:${inScratch('second')}` },
      inScratch('second', 'pi'),
    ],
    ['this package where PATH has none', { PATH: inScratch('none'), TURNBOX_PI_BIN: '' }, INSTALLED_PI],
    ['this package without a PATH', {}, INSTALLED_PI],
  ])('is %s', (_, env, expected) => {
    expect(read(env).piProgram).toBe(expected);
  });
});

describe('readHostConfig searchPath', () => {
  test.each<[string, Environment, string]>([
    ['PATH behind the directory of node', { PATH: '/a:/b' }, '/a:/b'],
    ['PATH without relative and empty entries', { PATH: ':/a:.:bin:../b:/b:' }, '/a:/b'],
    ['the usual one without a PATH', {}, '/usr/local/bin:/usr/bin:/bin'],
    ['the usual one with an empty PATH', { PATH: '' }, '/usr/local/bin:/usr/bin:/bin'],
    ['the usual one with a PATH of relative entries', { PATH: '.:bin' }, '/usr/local/bin:/usr/bin:/bin'],
  ])('is %s', (_, env, expected) => {
    expect(read(env).searchPath).toBe(`${TOOL_DIR}:${NODE_DIR}:${expected}`);
  });
});

describe('readHostConfig', () => {
  test('passes on language, terminal, certificates and proxies, and nothing else', () => {
    const passed = {
      LANG: 'de_DE.UTF-8',
      TERM: 'xterm',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: 'http://a',
      HTTPS_PROXY: 'http://b',
      NO_PROXY: 'c',
      http_proxy: 'http://d',
      https_proxy: 'http://e',
      no_proxy: 'f',
    };
    const kept = {
      ANTHROPIC_API_KEY: 'secret',
      NODE_OPTIONS: '--inspect',
      LD_PRELOAD: '/evil.so',
      GIT_DIR: '/r',
      SSH_AUTH_SOCK: '/s',
      TURNBOX_IPC_DIR: '/i',
    };

    expect(read({ ...passed, ...kept }).passedOn).toEqual(passed);
  });

  test('passes on no empty variable', () => {
    expect(read({ LANG: '', TERM: 'xterm', HTTP_PROXY: undefined }).passedOn).toEqual({ TERM: 'xterm' });
  });

  test('takes the time zone of TZ, else that of this machine', () => {
    expect(read({ TZ: 'Asia/Tokyo' }).timeZone).toBe('Asia/Tokyo');
    expect(read({ TZ: '' }).timeZone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  test('runs the runner with the Node that runs the host', () => {
    const { nodeProgram, runnerFile } = read({});

    expect(nodeProgram).toBe(process.execPath);
    expect(runnerFile).toBe(resolve(import.meta.dirname, '../../../dist/agent-runner.mjs'));
  });
});

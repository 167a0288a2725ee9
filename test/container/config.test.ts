import { describe, expect, test } from 'vitest';

import { readConfig } from '../../container/agent-runner/config.ts';
import { DEFAULT_PROMPT_BUDGET } from '../../container/agent-runner/system-prompt/build-system-prompt.ts';

test('an empty environment gives the paths of the contract and these defaults', () => {
  const { lookUp, ...config } = readConfig({});

  expect(lookUp('TURNBOX_PI_BIN')).toBeUndefined();
  expect(config).toEqual({
    groupDir: '/workspace/group',
    projectDir: '/workspace/project',
    globalDir: '/workspace/global',
    ipcDir: '/workspace/ipc',
    markerPrefix: 'TURNBOX',
    stdinFirstByteMs: 10_000,
    promptBudget: DEFAULT_PROMPT_BUDGET,
    timeZone: 'UTC',
    gitEmail: 'turnbox@localhost',
    inherited: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/node', LANG: 'C.UTF-8', TERM: 'dumb' },
    warnings: [],
  });
});

test('a workspace directory moves all that lies below it', () => {
  expect(readConfig({ TURNBOX_WORKSPACE_DIR: '/ws' })).toMatchObject({
    groupDir: '/ws/group',
    projectDir: '/ws/project',
    globalDir: '/ws/global',
    ipcDir: '/ws/ipc',
  });
});

test.each([
  ['TURNBOX_GROUP_DIR', 'groupDir'],
  ['TURNBOX_PROJECT_DIR', 'projectDir'],
  ['TURNBOX_GLOBAL_DIR', 'globalDir'],
  ['TURNBOX_IPC_DIR', 'ipcDir'],
  ['TURNBOX_GIT_EMAIL', 'gitEmail'],
  ['TZ', 'timeZone'],
])('%s sets %s, and counts as unset when it is empty', (name, key) => {
  const defaults = readConfig({ TURNBOX_WORKSPACE_DIR: '/ws' });

  expect(readConfig({ TURNBOX_WORKSPACE_DIR: '/ws', [name]: '/else/where' })).toMatchObject({
    [key]: '/else/where',
  });
  expect(readConfig({ TURNBOX_WORKSPACE_DIR: '/ws', [name]: '' })).toEqual({
    ...defaults,
    lookUp: expect.any(Function) as unknown,
  });
});

test('a variable of an adapter is looked up by its name, and counts as unset when it is empty', () => {
  const { lookUp } = readConfig({ TURNBOX_PI_BIN: '/opt/pi', TURNBOX_PI_AGENT_DIR: '' });

  expect([lookUp('TURNBOX_PI_BIN'), lookUp('TURNBOX_PI_AGENT_DIR')]).toEqual(['/opt/pi', undefined]);
});

describe('the marker prefix', () => {
  test.each(['FFT_NANO', 'NANOCLAW', 'A', 'X9'])('may be %s', (prefix) => {
    expect(readConfig({ TURNBOX_MARKER_PREFIX: prefix })).toMatchObject({
      markerPrefix: prefix,
      warnings: [],
    });
  });

  test.each(['nano', '9X', 'A-B', 'A\nB', '_A', 'A'.repeat(65)])('cannot be %j, with a warning', (prefix) => {
    expect(readConfig({ TURNBOX_MARKER_PREFIX: prefix })).toMatchObject({
      markerPrefix: 'TURNBOX',
      warnings: [expect.stringMatching(/^TURNBOX_MARKER_PREFIX: expected .+, found /)],
    });
  });
});

describe('a number', () => {
  test.each([
    ['0', 0],
    ['250', 250],
    ['', 10_000],
  ])('of %j is read', (text, expected) => {
    expect(readConfig({ TURNBOX_STDIN_FIRST_BYTE_MS: text })).toMatchObject({
      stdinFirstByteMs: expected,
      warnings: [],
    });
  });

  test.each(['-1', '1.5', 'soon', '1e10', 'NaN', '2147483648'])('of %j falls back with a warning', (text) => {
    expect(readConfig({ TURNBOX_STDIN_FIRST_BYTE_MS: text })).toMatchObject({
      stdinFirstByteMs: 10_000,
      warnings: [
        `TURNBOX_STDIN_FIRST_BYTE_MS: expected a whole number from 0, found "${text}"; 10000 is used`,
      ],
    });
  });

  test('of a budget is from 1', () => {
    expect(
      readConfig({ TURNBOX_PROMPT_FILE_MAX_CHARS: '0', TURNBOX_PROMPT_TOTAL_MAX_CHARS: '100' }),
    ).toMatchObject({
      promptBudget: { ...DEFAULT_PROMPT_BUDGET, totalMaxChars: 100 },
      warnings: [
        `TURNBOX_PROMPT_FILE_MAX_CHARS: expected a whole number from 1, found "0"; ${DEFAULT_PROMPT_BUDGET.fileMaxChars} is used`,
      ],
    });
  });
});

test('only these variables are passed on to agents', () => {
  const passed = {
    PATH: '/p',
    HOME: '/h',
    LANG: 'l',
    TZ: 'z',
    TERM: 't',
    NODE_EXTRA_CA_CERTS: 'c',
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: 'a',
    HTTPS_PROXY: 'b',
    NO_PROXY: 'c',
    http_proxy: 'd',
    https_proxy: 'e',
    no_proxy: 'f',
  };
  const others = {
    NODE_OPTIONS: 'x',
    USER: 'x',
    SHELL: 'x',
    LC_ALL: 'x',
    TMPDIR: 'x',
    TURNBOX_WORKSPACE_DIR: 'x',
  };

  expect(readConfig({ ...passed, ...others }).inherited).toEqual(passed);
});

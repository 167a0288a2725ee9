import { describe, expect, test } from 'vitest';

import { buildAgentEnvironment } from '../../container/agent-runner/agent-environment.ts';
import { readConfig } from '../../container/agent-runner/config.ts';
import type { ContainerInputDocument } from '../../ipc-schemas/index.ts';
import { sampleInput } from './sample-input.ts';

const RUNNER_ENVIRONMENT = {
  PATH: '/opt/bin:/bin',
  HOME: '/home/me',
  TZ: 'Europe/Vienna',
  LANG: 'de_AT.UTF-8',
  TERM: 'xterm',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
  HTTPS_PROXY: 'http://door:3128',
  TURNBOX_WORKSPACE_DIR: '/ws',
  TURNBOX_GIT_EMAIL: 'bot@example.org',
  AWS_SECRET_ACCESS_KEY: 'of the host',
  NODE_OPTIONS: '--inspect',
  LD_PRELOAD: '/evil.so',
  GIT_DIR: '/elsewhere',
  SSH_AUTH_SOCK: '/sock',
};

const OWN = { PI_CODING_AGENT_DIR: '/agent' };

function build(
  fields: Partial<ContainerInputDocument> = {},
  env: Record<string, string> = RUNNER_ENVIRONMENT,
): ReturnType<typeof buildAgentEnvironment> {
  return buildAgentEnvironment(sampleInput(fields), 'r1', readConfig(env), OWN);
}

test('the whole environment of an agent is this, and nothing else of the runner’s own', () => {
  const fields = {
    isMain: true,
    codingHint: 'auto',
    assistantName: 'Farm <Friend>\n',
    secrets: { API_KEY: 'k' },
  } as const;

  expect(build(fields)).toEqual({
    env: {
      PATH: '/opt/bin:/bin',
      HOME: '/home/me',
      LANG: 'de_AT.UTF-8',
      TZ: 'Europe/Vienna',
      TERM: 'xterm',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      HTTPS_PROXY: 'http://door:3128',
      GIT_AUTHOR_NAME: 'Farm  Friend',
      GIT_AUTHOR_EMAIL: 'bot@example.org',
      GIT_COMMITTER_NAME: 'Farm  Friend',
      GIT_COMMITTER_EMAIL: 'bot@example.org',
      TURNBOX_REQUEST_ID: 'r1',
      TURNBOX_CHAT_JID: 'cli:main',
      TURNBOX_CODING_HINT: 'auto',
      TURNBOX_IS_MAIN: '1',
      TURNBOX_IPC_DIR: '/ws/ipc',
      PI_CODING_AGENT_DIR: '/agent',
      API_KEY: 'k',
    },
    leftOut: [],
  });
});

test('the environment of an agent whose runner has none is this', () => {
  expect(build({}, {}).env).toEqual({
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/home/node',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    GIT_AUTHOR_NAME: 'Assistant',
    GIT_AUTHOR_EMAIL: 'turnbox@localhost',
    GIT_COMMITTER_NAME: 'Assistant',
    GIT_COMMITTER_EMAIL: 'turnbox@localhost',
    TURNBOX_REQUEST_ID: 'r1',
    TURNBOX_CHAT_JID: 'cli:main',
    TURNBOX_CODING_HINT: 'none',
    TURNBOX_IS_MAIN: '0',
    TURNBOX_IPC_DIR: '/workspace/ipc',
    PI_CODING_AGENT_DIR: '/agent',
  });
});

describe('a secret', () => {
  test.each([
    'PATH',
    'HOME',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'GIT_SSH_COMMAND',
    'GIT_AUTHOR_NAME',
    'TURNBOX_REQUEST_ID',
    'TURNBOX_ANYTHING',
    'PI_CODING_AGENT_DIR',
    'LANG',
    'TERM',
    'TZ',
    'HTTPS_PROXY',
  ])('of the reserved name %s is left out and named', (name) => {
    const { env, leftOut } = build({ secrets: { [name]: 'stolen' } });

    expect(leftOut).toEqual([name]);
    expect(Object.values(env)).not.toContain('stolen');
  });

  test.each(['PATH_TO_X', 'MY_GIT_TOKEN', 'OPENAI_API_KEY', '_', 'path'])(
    'of the name %s is passed on',
    (name) => {
      expect(build({ secrets: { [name]: 'v' } })).toMatchObject({ env: { [name]: 'v' }, leftOut: [] });
    },
  );
});

test.each([
  [' \n<> ', 'Assistant'],
  ['\u0001x', 'x'],
  ['\ud800', '\uFFFD'],
  ['Ännchen 😀', 'Ännchen 😀'],
])('the name %j is the git name %s', (assistantName, expected) => {
  expect(build({ assistantName }).env['GIT_AUTHOR_NAME']).toBe(expected);
});

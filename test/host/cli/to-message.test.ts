import { Command } from 'commander';
import { expect, test } from 'vitest';

import { addRunOptions, type RunFlags } from '../../../host/cli/run-options.ts';
import { toMessage } from '../../../host/cli/to-message.ts';

function messageOf(...args: string[]) {
  const command = addRunOptions(new Command('run'))
    .exitOverride()
    .action(() => undefined);
  command.parse(['hello', ...args], { from: 'user' });
  return toMessage('hello', command.opts<RunFlags>(), { OPENAI_API_KEY: 'k' });
}

const OWN_TERMINAL = {
  prompt: 'hello',
  groupFolder: 'main',
  chatJid: 'cli:main',
  isMain: true,
  noContinue: false,
  secrets: { OPENAI_API_KEY: 'k' },
};

test('a bare prompt is the owner in the main group, and leaves all else to defaults', () => {
  expect(messageOf()).toStrictEqual(OWN_TERMINAL);
});

test('every flag sets its field', () => {
  const flags =
    '--group family --agent claude --provider openai --model m --no-continue --think high --reasoning stream --verbose new --timeout 5m';
  const message = messageOf(...flags.split(' '));

  expect(message).toStrictEqual({
    ...OWN_TERMINAL,
    groupFolder: 'family',
    chatJid: 'cli:family',
    isMain: false,
    noContinue: true,
    agent: 'claude',
    provider: 'openai',
    model: 'm',
    thinkLevel: 'high',
    reasoningLevel: 'stream',
    verboseMode: 'new',
    timeouts: { wallMs: 300_000 },
  });
});

test.each([
  [[], true],
  [['--no-main'], false],
  [['--group', 'main'], false],
  [['--group', 'main', '--main'], true],
  [['--group', 'family', '--main'], true],
])('with %j isMain is %s', (args, expected) => {
  expect(messageOf(...args).isMain).toBe(expected);
});

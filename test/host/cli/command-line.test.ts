import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readVersion } from '../../../host/cli/read-version.ts';
import { environment, startTurnbox, temporaryDirectory } from './run-turnbox.ts';

async function turnbox(...args: string[]) {
  const { stdout, stderr, exitCode } = await startTurnbox(args, { env: environment('/dev/null/none') });
  return { stdout: String(stdout), stderr: String(stderr), exitCode };
}

describe('the command line', { timeout: 30_000 }, () => {
  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
    ) as { version: string };

    expect(await turnbox('--version')).toEqual({ stdout: `${version}\n`, stderr: '', exitCode: 0 });
    expect(readVersion(join(import.meta.dirname, '../../../dist/host/cli'))).toBe(version);
    expect(readVersion('/')).toBe('unknown');
  });

  test.each([[['--help']], [['help', 'run']], [['run', '--help']], [['help', 'doctor']]])(
    '%j prints help with an example on stdout',
    async (args) => {
      const { stdout, stderr, exitCode } = await turnbox(...args);

      expect(stdout).toMatch(/^Usage: turnbox /);
      expect(stdout).toMatch(/Examples?:\n {2}\$ turnbox /);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    },
  );

  test('no command prints help on stderr and is wrong usage', async () => {
    const { stdout, stderr, exitCode } = await turnbox();

    expect(stderr).toMatch(/^Usage: turnbox /);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 64 });
  });

  test('an unknown command is wrong usage, with a hint', async () => {
    const { stderr, exitCode } = await turnbox('runn');

    expect(stderr).toContain("turnbox: unknown command 'runn'\n(Did you mean run?)");
    expect(stderr).toContain('a message goes to: turnbox run "..."');
    expect(exitCode).toBe(64);
  });

  test('a data directory that cannot be made fails on one line', async () => {
    await using directory = await temporaryDirectory();
    const { stderr, exitCode } = await startTurnbox(
      ['run', 'hello', '--data-dir', join(import.meta.filename, 'below')],
      {
        env: environment(directory.path),
      },
    );

    expect(String(stderr)).toMatch(
      /^turnbox: CONTAINER_START_FAILED: the data directory cannot be made: [^\n]*\n  try: [^\n]*\n$/,
    );
    expect(exitCode).toBe(69);
  });
});

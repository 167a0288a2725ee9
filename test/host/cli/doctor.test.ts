import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { judgeDataDir } from '../../../host/cli/doctor/check-data-dir.ts';
import { judgeEngine } from '../../../host/cli/doctor/check-engine.ts';
import { judgePiHelp } from '../../../host/cli/doctor/check-pi.ts';
import { judgeFd, judgeRipgrep } from '../../../host/cli/doctor/check-search-tools.ts';
import { judgeKeys, judgeNode } from '../../../host/cli/doctor/check-state.ts';
import { type Finding, renderFindings } from '../../../host/cli/doctor/finding.ts';
import { parsePiHelp } from '../../../host/cli/doctor/parse-pi-help.ts';
import { pickStyle } from '../../../host/cli/style.ts';
import { ensureBundle, environment, startTurnbox, temporaryDirectory } from './run-turnbox.ts';

beforeAll(ensureBundle, 60_000);

const HELP = `pi - AI coding assistant

Options:
  --provider <name>              Provider name (default: google)
  --model <pattern>              Model pattern (supports --thinking-like suffixes)
  --mode <mode>                  Output mode: text (default), json, or rpc
  --continue, -c                 Continue previous session
  --extension, -e <path>         Load an extension file
  --no-extensions, -ne           Disable extension discovery (explicit -e paths still work)
  --                             End option parsing

Examples:
  # pi --session-dir x
  pi --tools read,grep -p "Review"
`;

describe('parsePiHelp', () => {
  test('gives the flags of the option lines, long and short, and no others', () => {
    expect([...parsePiHelp(HELP)].sort()).toEqual([
      '--continue',
      '--extension',
      '--mode',
      '--model',
      '--no-extensions',
      '--provider',
      '-c',
      '-e',
      '-ne',
    ]);
  });

  test('a pi that lacks a flag is a problem that names it', () => {
    expect(judgePiHelp(HELP)).toMatchObject({
      state: 'problem',
      found: 'missing: -ns -np -nc --thinking --append-system-prompt --tools --no-tools --session-dir',
    });
    expect(judgePiHelp('')).toMatchObject({ state: 'problem', found: 'pi --help lists none' });
  });
});

function states(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.state);
}

function fd(text: string): Finding {
  return judgeFd({ program: 'fdfind', text });
}

describe('findings', () => {
  test('Node.js before 24 is a problem', () => {
    expect(states([judgeNode('24.0.0'), judgeNode('26.1.0'), judgeNode('22.19.0')])).toEqual([
      'ok',
      'ok',
      'problem',
    ]);
  });

  test('search tools that are absent or too old are warnings', () => {
    expect(judgeRipgrep('ripgrep 14.1.0 (rev 1)\n...')).toEqual({
      name: 'ripgrep',
      state: 'ok',
      found: '14.1.0',
    });
    expect(fd('fd 8.7.1')).toEqual({ name: 'fd', state: 'ok', found: '8.7.1, as fdfind' });
    expect(
      states([judgeRipgrep(undefined), judgeFd(undefined), fd('fdfind 8.6.0'), fd('fd 10.2.0')]),
    ).toEqual(['warning', 'warning', 'warning', 'ok']);
  });

  test('a machine without a container engine that answers is a warning', () => {
    expect(
      states([
        judgeEngine({ kind: 'answered', text: '28.2.2\n' }),
        judgeEngine({ kind: 'absent' }),
        judgeEngine({ kind: 'failed', reason: 'no daemon' }),
      ]),
    ).toEqual(['ok', 'warning', 'warning']);
  });

  test('a data directory is judged by kind, rights, privacy and room', () => {
    const good = {
      path: '/data',
      kind: 'directory' as const,
      mode: 0o700,
      isWritable: true,
      freeBytes: 5 * 1024 ** 3,
    };

    expect(judgeDataDir(good)).toEqual({ name: 'data directory', state: 'ok', found: '/data, 5.0 GiB free' });
    expect(judgeDataDir({ ...good, mode: 0o755 })).toMatchObject({
      state: 'warning',
      cure: 'chmod 700 /data',
    });
    expect(
      states([
        judgeDataDir({ ...good, kind: 'absent', mode: 0 }),
        judgeDataDir({ ...good, freeBytes: 500 * 1024 ** 2 }),
        judgeDataDir({ ...good, freeBytes: 50 * 1024 ** 2 }),
        judgeDataDir({ ...good, isWritable: false }),
        judgeDataDir({ ...good, kind: 'other' }),
      ]),
    ).toEqual(['ok', 'warning', 'problem', 'problem', 'problem']);
  });

  test('no key and no login is a warning', () => {
    expect(judgeKeys([], [])).toMatchObject({ state: 'warning' });
    expect(judgeKeys(['OPENAI_API_KEY'], ['main', 'family'])).toEqual({
      name: 'provider keys',
      state: 'ok',
      found: "OPENAI_API_KEY; pi's own for groups main, family",
    });
  });

  test('are aligned, with each cure below its own', () => {
    const findings: Finding[] = [
      { name: 'pi', state: 'ok', found: '1.0' },
      { name: 'data directory', state: 'warning', found: 'open', cure: 'chmod 700' },
    ];

    expect(renderFindings(findings, pickStyle(false, {}))).toBe(
      [
        'ok       pi              1.0',
        'warning  data directory  open',
        '                         try: chmod 700',
        '',
        'Nothing keeps runs from working; 1 warning.',
      ].join('\n'),
    );
  });
});

describe('turnbox doctor', { timeout: 60_000 }, () => {
  test('finds an unfit pi, ends with exit code 1, and never shows the value of a key', async () => {
    await using directory = await temporaryDirectory();
    const { stdout, exitCode } = await startTurnbox(['doctor'], {
      env: environment(directory.path, 'old-pi'),
    });

    expect(String(stdout)).toMatch(/^ok +pi +0\.1\.0, .*old-pi\.mjs$/m);
    expect(String(stdout)).toMatch(/^problem +pi flags +missing: -ne /m);
    expect(String(stdout)).toMatch(/^ok +provider keys +OPENAI_API_KEY$/m);
    expect(String(stdout)).not.toContain('test-key-of-the-fixture');
    expect(exitCode).toBe(1);
  });

  test('says with --json the same to programs', async () => {
    await using directory = await temporaryDirectory();
    const dataDir = join(directory.path, 'private');
    await mkdir(dataDir, { mode: 0o700 });
    const env = { ...environment(dataDir), TURNBOX_PI_BIN: '/nonexistent/pi' };
    const { stdout, exitCode } = await startTurnbox(['doctor', '--json', '--data-dir', dataDir], { env });
    const { ok, findings } = JSON.parse(String(stdout)) as { ok: boolean; findings: Finding[] };
    const stateOf = (name: string): string | undefined =>
      findings.find((finding) => finding.name === name)?.state;

    expect([ok, exitCode, stateOf('pi'), stateOf('data directory')]).toEqual([false, 1, 'problem', 'ok']);
  });
});

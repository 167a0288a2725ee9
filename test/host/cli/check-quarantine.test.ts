import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { checkQuarantine, judgeQuarantine } from '../../../host/cli/doctor/check-quarantine.ts';
import type { QuarantineFacts } from '../../../host/ipc-gateway/list-quarantine.ts';
import { ensureBundle, environment, startTurnbox, temporaryDirectory } from './run-turnbox.ts';

const FACTS: QuarantineFacts = {
  runId: 'run-1',
  groupFolder: 'family',
  leaf: 'actions',
  name: 'evil.json',
  kind: 'other',
  reason: 'it is a symbolic link',
  at: '2025-05-01T18:03:00.000Z',
};

async function setAside(dataDir: string, id: string, facts: QuarantineFacts): Promise<void> {
  const entry = join(dataDir, 'quarantine', `${id.padEnd(26, '0')}.12`);
  await mkdir(entry, { recursive: true });
  await writeFile(join(entry, 'facts.json'), JSON.stringify(facts));
}

test('an empty quarantine is well', () => {
  expect(checkQuarantine('/nonexistent')).toEqual({ name: 'quarantine', state: 'ok', found: 'empty' });
});

test('what is in quarantine is a warning with the count, the newest three reasons, and where it is', () => {
  const entries = ['first', 'second', 'third', 'fourth', 'fourth'].map((reason) => ({
    groupFolder: 'main',
    reason,
  }));

  expect(judgeQuarantine(entries, '/data/quarantine')).toEqual({
    name: 'quarantine',
    state: 'warning',
    found: '5 items set aside in /data/quarantine, the newest: main: fourth; main: third; main: second',
    cure: 'look at them (facts.json says what each is; content may be a link or a pipe), then delete /data/quarantine',
  });
});

test('a reason that is a whole page is cut', () => {
  const { found } = judgeQuarantine(
    [{ groupFolder: 'main', reason: 'x'.repeat(10_000) }],
    '/data/quarantine',
  );

  expect(found.length).toBeLessThan(250);
});

test(
  'turnbox doctor lists the quarantine, without what a terminal would obey',
  { timeout: 60_000 },
  async () => {
    await ensureBundle();
    await using directory = await temporaryDirectory();
    await setAside(directory.path, '01A', FACTS);
    await setAside(directory.path, '01B', { ...FACTS, reason: 'it is\n\u001b[2J torn' });
    const { stdout } = await startTurnbox(['doctor'], { env: environment(directory.path) });

    expect(String(stdout)).toContain(
      `quarantine        2 items set aside in ${directory.path}/quarantine, the newest: family: it is [2J torn; family: it is a symbolic link\n`,
    );
    expect(String(stdout)).toMatch(/^warning +quarantine /m);
  },
);

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

test('docs/protocol.md and the JSON Schema files are what the schemas say', async () => {
  const root = join(import.meta.dirname, '../..');

  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['scripts/generate-protocol.ts', '--check'],
    { cwd: root },
  );

  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';

import type { OutgoingMessage } from '../../../host/ipc-gateway/parse-message.ts';
import { makeRunDirs, searchRequest, startTestGateway } from '../../host/ipc-gateway/gateway-setting.ts';
import { makeScratchDir } from '../../host/host-setting.ts';

test('a run of a killed host is refused while it lives and cleared up behind it', async () => {
  await using scratch = await makeScratchDir();
  const ipcDir = await makeRunDirs(scratch.path, 'doomed');
  await writeFile(join(ipcDir, 'actions', 'q.json'), JSON.stringify(searchRequest('q')));
  const doomed = execa(
    process.execPath,
    [join(import.meta.dirname, 'doomed-gateway.ts'), scratch.path, ipcDir],
    {
      reject: false,
    },
  );
  onTestFinished(() => void doomed.kill('SIGKILL'));
  await once(doomed.stdout, 'data');
  const message = { type: 'message', chatJid: 'cli:family', text: 'I was here.' };
  await writeFile(join(ipcDir, 'messages', '1-a.json'), JSON.stringify(message));
  const got: OutgoingMessage[] = [];
  const onMessage = (sent: OutgoingMessage): Promise<void> => {
    got.push(sent);
    return Promise.resolve();
  };

  await using beside = await startTestGateway({ onMessage }, scratch.path);
  await beside.gateway.recovered();
  const gotBeside = got.length;
  await expect(beside.attach({ runId: 'doomed' })).rejects.toThrow(`served by process ${doomed.pid} on `);
  doomed.kill('SIGKILL');
  await doomed;
  await using behind = await startTestGateway({ onMessage }, scratch.path);
  await behind.gateway.recovered();

  expect(gotBeside).toBe(0);
  expect(got.map(({ idempotencyKey, text }) => [idempotencyKey, text])).toEqual([
    ['doomed/1-a', 'I was here.'],
  ]);
  expect(existsSync(join(scratch.path, 'runs', 'doomed'))).toBe(false);
});

import { join } from 'node:path';

import { IPC_FILE_MODE, publishFile, waitForFile } from '../../../ipc-schemas/index.ts';

/**
 * Plays an agent: asks for memory again and again, one request after the other, and prints the round trips in
 * milliseconds as a JSON array. Arguments: the IPC directory, how many, a prefix for ids.
 */
const [ipcDir = '', count = '0', prefix = ''] = process.argv.slice(2);
const roundTrips: number[] = [];
for (let index = 0; index < Number(count); index += 1) {
  const requestId = `${prefix}${index}`;
  const body = {
    type: 'memory_action',
    action: 'memory_search',
    requestId,
    params: { query: 'where is the spare key' },
  };
  const startedMs = performance.now();
  const waiting = waitForFile(join(ipcDir, 'action_results'), `${requestId}.json`, { timeoutMs: 20_000 });
  await publishFile(join(ipcDir, 'actions'), `${requestId}.json`, JSON.stringify(body), {
    mode: IPC_FILE_MODE,
  });
  if (!(await waiting)) throw new Error(`no answer to ${requestId}`);
  roundTrips.push(performance.now() - startedMs);
}
process.stdout.write(JSON.stringify(roundTrips));

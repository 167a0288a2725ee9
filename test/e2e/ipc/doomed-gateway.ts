import { startIpcGateway } from '../../../host/ipc-gateway/start-ipc-gateway.ts';

/** A host that serves one run and never delivers a message; it is there to be killed. Argument: the data directory. */
const [dataDir = '', ipcDir = ''] = process.argv.slice(2);
const gateway = await startIpcGateway({
  dataDir,
  handlers: { memory_search: () => new Promise<never>(() => undefined) },
  onMessage: () => new Promise<never>(() => undefined),
});
gateway.attach({ runId: 'doomed', ipcDir, groupFolder: 'family', isMain: false, chatJids: ['cli:family'] });
process.stdout.write('ready\n');

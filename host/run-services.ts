import type { DeliverMessage } from './ipc-gateway/chat-lanes.ts';
import type { TakeNotice } from './ipc-gateway/notices.ts';
import type { RunFile } from './ipc-gateway/run-file.ts';
import { type IpcGateway, startIpcGateway } from './ipc-gateway/start-ipc-gateway.ts';
import { type Memory, openMemory } from './memory/open-memory.ts';

/** What runs share: the memory of the groups, and what answers agents and delivers their messages. */
export interface RunServices extends AsyncDisposable {
  readonly memory: Memory;
  readonly gateway: IpcGateway;
}

export interface ServicesOptions {
  readonly dataDir: string;
  /** Delivers what agents say during their runs; called again, with the same idempotency key, until it resolves. */
  readonly onMessage?: DeliverMessage | undefined;
  /** Takes what an operator should know. Must not throw. */
  readonly onNotice?: TakeNotice | undefined;
  /** Which runs of hosts that died are cleared up, their messages delivered; all by default. */
  readonly mayRecover?: ((run: RunFile) => boolean) | undefined;
}

/**
 * Opens what runs share, for a host that runs many messages: hand it to each `runMessage`.
 *
 * Several hosts and CLI commands may work on one data directory at once. The caller disposes it, behind its runs.
 */
export async function openServices(options: ServicesOptions): Promise<RunServices> {
  const { dataDir, onMessage, onNotice, mayRecover } = options;
  await using opened = new AsyncDisposableStack();
  const memory = opened.use(await openMemory({ dataDir }));
  const gateway = opened.use(
    await startIpcGateway({
      dataDir,
      onMessage,
      onNotice,
      mayRecover,
      handlers: {
        memory_search: async (params) => ({ hits: (await memory.search(params)).hits }),
        memory_get: (params) => memory.get(params),
      },
    }),
  );
  const owned = opened.move();
  return { memory, gateway, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

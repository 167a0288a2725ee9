import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { GatewayNotice } from '../../../host/ipc-gateway/notices.ts';
import type { AttachedRun } from '../../../host/ipc-gateway/serve-run.ts';
import {
  type IpcGateway,
  type IpcGatewayOptions,
  startIpcGateway,
} from '../../../host/ipc-gateway/start-ipc-gateway.ts';
import {
  type ActionResult,
  ActionResultSchema,
  publishFile,
  waitForFile,
} from '../../../ipc-schemas/index.ts';

/** A run as the agent inside sees it. */
export interface TestRun extends AsyncDisposable {
  readonly attached: AttachedRun;
  readonly ipcDir: string;
  readonly actionsDir: string;
  readonly messagesDir: string;
  /** Publishes a request, whatever its body, and gives the answer. */
  ask(requestId: string, body?: unknown): Promise<ActionResult>;
  /** Waits for an answer to a request that came by other means. */
  answerTo(requestId: string): Promise<ActionResult>;
  say(name: string, message: unknown): Promise<void>;
}

export interface TestGateway extends AsyncDisposable {
  readonly dataDir: string;
  readonly gateway: IpcGateway;
  readonly notices: GatewayNotice[];
  attach(options?: Partial<Parameters<IpcGateway['attach']>[0]>): Promise<TestRun>;
}

const WAIT = { timeoutMs: 10_000, rescanMs: 20 };

/** A request that any handler of memory can carry out. */
export const searchRequest = (requestId: string, params: Record<string, unknown> = {}): unknown => ({
  type: 'memory_action',
  action: 'memory_search',
  requestId,
  params: { query: 'keys', ...params },
});

/** A gateway over a data directory that goes with it, unless one is given. */
export async function startTestGateway(
  options: Partial<IpcGatewayOptions> = {},
  dataDir?: string,
): Promise<TestGateway> {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'turnbox-gateway-')));
  const notices: GatewayNotice[] = [];
  const gateway = await startIpcGateway({
    dataDir: directory,
    handlers: {},
    onNotice: (notice) => void notices.push(notice),
    ...options,
  });
  return {
    dataDir: directory,
    gateway,
    notices,
    attach: (run = {}) => attachTestRun(gateway, directory, run),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      if (dataDir === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function makeRunDirs(dataDir: string, runId: string): Promise<string> {
  const ipcDir = join(dataDir, 'runs', runId, 'ipc');
  for (const leaf of ['actions', 'messages', 'action_results']) {
    await mkdir(join(ipcDir, leaf), { recursive: true });
  }
  return ipcDir;
}

async function attachTestRun(
  gateway: IpcGateway,
  dataDir: string,
  options: Partial<Parameters<IpcGateway['attach']>[0]>,
): Promise<TestRun> {
  const runId = options.runId ?? 'run-1';
  const ipcDir = await makeRunDirs(dataDir, runId);
  const attached = gateway.attach({
    runId,
    ipcDir,
    groupFolder: 'family',
    isMain: false,
    chatJids: ['cli:family'],
    ...options,
  });
  const actionsDir = join(ipcDir, 'actions');
  const messagesDir = join(ipcDir, 'messages');
  const answerTo = async (requestId: string): Promise<ActionResult> => {
    const resultsDir = join(ipcDir, 'action_results');
    if (!(await waitForFile(resultsDir, `${requestId}.json`, WAIT)))
      throw new Error(`no answer to ${requestId}`);
    return ActionResultSchema.parse(
      JSON.parse(await readFile(join(resultsDir, `${requestId}.json`), 'utf8')),
    );
  };
  return {
    attached,
    ipcDir,
    actionsDir,
    messagesDir,
    answerTo,
    ask: async (requestId, body = searchRequest(requestId)) => {
      await publishFile(
        actionsDir,
        `${requestId}.json`,
        typeof body === 'string' ? body : JSON.stringify(body),
      );
      return answerTo(requestId);
    },
    say: (name, message) => publishFile(messagesDir, `${name}.json`, JSON.stringify(message)),
    [Symbol.asyncDispose]: () => attached[Symbol.asyncDispose](),
  };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { newRequestId, type RunFact } from '../ipc-schemas/index.ts';
import { buildInput, type ChatMessage, type HostInput } from './build-input.ts';
import { type HostConfig, readHostConfig } from './config.ts';
import { openGroup, openRun, type RunDirs } from './data-dir.ts';
import type { OutgoingMessage } from './ipc-gateway/parse-message.ts';
import type { AttachedRun } from './ipc-gateway/serve-run.ts';
import { buildMemoryContext } from './memory/memory-context.ts';
import type { Memory } from './memory/open-memory.ts';
import type { RunModels, RunOptions } from './run-options.ts';
import { openServices, type RunServices } from './run-services.ts';
import { createLocalRuntime } from './runtimes/local.ts';
import type { RunSpec, Runtime } from './runtimes/runtime.ts';

/** A run that only has to be started. Disposing ends its part of the gateway and removes its directory. */
export interface PreparedRun extends AsyncDisposable {
  readonly input: HostInput;
  readonly runtime: Runtime;
  readonly spec: RunSpec;
  readonly services: RunServices;
  readonly attached: AttachedRun;
  /** Gives what happened beside the run since the last call. */
  takeFacts(): RunFact[];
}

/**
 * Makes all ready for a run: input, memory for it, directories, gateway.
 *
 * Throws TurnboxError where the message is wrong or a directory cannot be made.
 */
export async function prepareRun(message: ChatMessage, options: RunOptions): Promise<PreparedRun> {
  const config = options.config ?? readHostConfig();
  const checked = buildInput(withModels(message, options.models));
  const facts: RunFact[] = [];
  await using opened = new AsyncDisposableStack();
  const dirs = await openGroup(
    config.dataDir,
    checked.groupFolder,
    options.models?.agentHome ?? checked.agent,
  );
  const services =
    options.services ?? opened.use(await openOwnServices(config, checked.chatJid, options, facts));
  // A caller that gives a text, even an empty one, has decided.
  const isLeftToUs = typeof message.memoryContext !== 'string' && options.memory?.auto !== false;
  const input = isLeftToUs
    ? { ...checked, memoryContext: await findMemory(checked, services.memory, facts) }
    : checked;
  const run = opened.use(await openRun(config.dataDir, newRequestId()));
  const attached = opened.use(
    services.gateway.attach({
      runId: run.runId,
      requestId: input.requestId,
      groupFolder: input.groupFolder,
      isMain: input.isMain,
      chatJids: [input.chatJid],
      ipcDir: run.ipcDir,
    }),
  );
  const spec: RunSpec = {
    label: { install: config.dataDir, runId: run.runId, group: input.groupFolder },
    stdin: JSON.stringify(input),
    timeZone: config.timeZone,
    ...dirs,
    ...pathsOf(run),
    projectDir: options.projectDir,
    modelsFile: await writeModels(run, options.models),
  };
  const runtime = options.runtime ?? createLocalRuntime(config);
  const owned = opened.move();
  return {
    input,
    runtime,
    spec,
    services,
    attached,
    takeFacts: () => facts.splice(0),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A host for this run alone: what happens in it is told among the run's events. */
function openOwnServices(
  config: HostConfig,
  chatJid: string,
  options: RunOptions,
  facts: RunFact[],
): Promise<RunServices> {
  const tell = (message: OutgoingMessage): Promise<void> => {
    const text = `${message.kind} to ${message.chatJid}: ${message.text}`;
    facts.push({ type: 'notice', level: 'info', text });
    return Promise.resolve();
  };
  return openServices({
    dataDir: config.dataDir,
    onMessage: options.onMessage ?? tell,
    onNotice: ({ level, text }) => facts.push({ type: 'notice', level, text }),
    // What a host that died had to say to this chat; other chats are other hosts' affair.
    mayRecover: (run) => run.chatJids.includes(chatJid),
  });
}

/** What the group's memory holds for a message; '' where it cannot be searched. */
async function findMemory(input: HostInput, memory: Memory, facts: RunFact[]): Promise<string> {
  try {
    return await buildMemoryContext(memory, { groupFolder: input.groupFolder, message: input.prompt });
  } catch (error) {
    // The run goes on without: the agent can still look for itself.
    facts.push({ type: 'notice', level: 'warning', text: `memory could not be searched: ${String(error)}` });
    return '';
  }
}

function pathsOf({ runDir, ipcDir, scratchDir }: RunDirs): Pick<RunSpec, 'runDir' | 'ipcDir' | 'scratchDir'> {
  return { runDir, ipcDir, scratchDir };
}

async function writeModels(run: RunDirs, models: RunModels | undefined): Promise<string | undefined> {
  if (models === undefined) return undefined;
  const file = join(run.runDir, 'models.json');
  await writeFile(file, models.modelsFile, { mode: 0o600 });
  return file;
}

function withModels(message: ChatMessage, models: RunModels | undefined): ChatMessage {
  if (models === undefined) return message;
  return {
    ...message,
    provider: message.provider ?? models.provider,
    model: message.model ?? models.model,
  };
}

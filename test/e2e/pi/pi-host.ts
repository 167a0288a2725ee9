import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { ChatMessage } from '../../../host/build-input.ts';
import { type HostConfig, readHostConfig } from '../../../host/config.ts';
import type { ChatRequest } from '../../../host/offline-model/conversation.ts';
import { startOfflineModel } from '../../../host/offline-model/start-offline-model.ts';
import { offlineModels } from '../../../host/offline-models.ts';
import { runMessage } from '../../../host/run-message.ts';
import type { RunServices } from '../../../host/run-services.ts';
import type { ContainerOutput, RunEvent } from '../../../ipc-schemas/index.ts';
import { findPids, makeScratchDir } from '../../host/host-setting.ts';

/** The session lane, the workspace and the home of a group on this host. */
interface GroupPaths {
  readonly groupDir: string;
  readonly agentDir: string;
  readonly homeDir: string;
}

export interface PiRun {
  readonly events: readonly RunEvent[];
  readonly output: ContainerOutput;
  /** What reached the model in this run. */
  readonly requests: readonly ChatRequest[];
}

interface Reading {
  readonly services?: RunServices;
  readonly config?: Partial<HostConfig>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => unknown;
}

/** A host with the real pi and a scripted model, in a directory of its own. Runs one message at a time. */
export interface PiHost extends AsyncDisposable {
  readonly dataDir: string;
  pathsOf(group: string): GroupPaths;
  /** Runs a message, of the group and script that it names, to its end. */
  send(message: Partial<ChatMessage> & { model: string }, reading?: Reading): Promise<PiRun>;
  start(message: Partial<ChatMessage> & { model: string }, reading?: Reading): ReturnType<typeof runMessage>;
  /** Writes a file below the host's data directory. */
  write(path: string, text: string): Promise<void>;
  /** The processes of a group: runner, agent and tools. */
  livingOf(group: string): Promise<number[]>;
}

export async function startPiHost(): Promise<PiHost> {
  const scratch = await makeScratchDir();
  const dataDir = scratch.path;
  const config = readHostConfig(process.env, dataDir);
  const requests: ChatRequest[] = [];
  const model = await startOfflineModel({ onRequest: ({ body }) => requests.push(body) });
  const pathsOf = (group: string): GroupPaths => ({
    groupDir: join(dataDir, 'groups', group),
    agentDir: join(dataDir, 'agent-home', group, 'pi-offline'),
    homeDir: join(dataDir, 'agent-home', group, 'home'),
  });
  const start: PiHost['start'] = (message, reading = {}) => {
    const group = message.groupFolder ?? `group-${message.model}`;
    const whole = { prompt: 'hello', groupFolder: group, chatJid: `cli:${group}`, ...message };
    const { services } = reading;
    const options = {
      config: { ...config, ...reading.config },
      models: offlineModels(model),
      ...(services !== undefined && { services }),
    };
    return runMessage(whole, options, reading.signal);
  };
  return {
    dataDir,
    pathsOf,
    start,
    send: async (message, reading = {}) => {
      const before = requests.length;
      const events: RunEvent[] = [];
      const run = start(message, reading);
      for (;;) {
        const step = await run.next();
        if (step.done === true) return { events, output: step.value, requests: requests.slice(before) };
        events.push(step.value);
        await reading.onEvent?.(step.value);
      }
    },
    write: async (path, text) => {
      await mkdir(dirname(join(dataDir, path)), { recursive: true });
      await writeFile(join(dataDir, path), text);
    },
    livingOf: (group) => findPids('HOME', pathsOf(group).homeDir),
    [Symbol.asyncDispose]: async () => {
      await model.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/** The events of one type, in order. */
export function eventsOf<Type extends RunEvent['type']>(
  run: PiRun,
  type: Type,
): Extract<RunEvent, { type: Type }>[] {
  return run.events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

/** What the user said, oldest first, as it reached the model in a run's first request. */
export function userTextsOf(run: PiRun): string[] {
  return textsOf(run, ['user']);
}

/** The system prompt as it reached the model in a run's first request. */
export function systemPromptOf(run: PiRun): string {
  return textsOf(run, ['system', 'developer']).join('\n');
}

function textsOf(run: PiRun, roles: readonly string[]): string[] {
  const messages = run.requests[0]?.messages ?? [];
  return messages
    .filter(({ role }) => roles.includes(role))
    .map(({ content }) =>
      typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('\n'),
    );
}

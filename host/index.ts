export {
  type ContainerInputDocument,
  type ContainerOutput,
  ERROR_TABLE,
  type ErrorCode,
  type RunEvent,
  TurnboxError,
  type Usage,
} from '../ipc-schemas/index.ts';
export type { ChatMessage } from './build-input.ts';
export { type HostConfig, readHostConfig } from './config.ts';
export { type OfflineModel, startOfflineModel } from './offline-model/start-offline-model.ts';
export { offlineModels } from './offline-models.ts';
export type { DeliverMessage } from './ipc-gateway/chat-lanes.ts';
export type { GatewayNotice } from './ipc-gateway/notices.ts';
export type { OutgoingMessage } from './ipc-gateway/parse-message.ts';
export { buildMemoryContext } from './memory/memory-context.ts';
export { type Memory, type MemorySearch, type MemorySearchResult, openMemory } from './memory/open-memory.ts';
export type { ChatRecord } from './memory/record-message.ts';
export { runMessage } from './run-message.ts';
export type { RunModels, RunOptions } from './run-options.ts';
export { openServices, type RunServices, type ServicesOptions } from './run-services.ts';
export { createLocalRuntime } from './runtimes/local.ts';
export type { RunEnding, RunLabel, RunSpec, Runtime, StartedRun } from './runtimes/runtime.ts';

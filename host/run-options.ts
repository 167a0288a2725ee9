import type { HostConfig } from './config.ts';
import type { DeliverMessage } from './ipc-gateway/chat-lanes.ts';
import type { RunServices } from './run-services.ts';
import type { Runtime } from './runtimes/runtime.ts';

/** Model providers of a run's own, with sessions apart from all others. */
export interface RunModels {
  /** Names the agent's state directory: letters, digits and dashes. */
  readonly agentHome: string;
  /** The text of the agent's file of model providers. */
  readonly modelsFile: string;
  readonly provider: string;
  readonly model: string;
}

export interface RunOptions {
  /** From the environment of this process by default. */
  readonly config?: HostConfig;
  /** The local runtime by default. */
  readonly runtime?: Runtime;
  /** What runs share, from `openServices`; opened for this run alone by default. */
  readonly services?: RunServices;
  /**
   * Delivers what the agent says during the run, where no services are given; without it such messages are notices
   * among the events.
   */
  readonly onMessage?: DeliverMessage;
  /** Whether the group's memory is searched for the message where it has no memoryContext; it is by default. */
  readonly memory?: { readonly auto?: boolean };
  /** Who sent the message, for the memory of what was said; `User` by default. */
  readonly senderName?: string;
  /** The repository that delegated work changes. */
  readonly projectDir?: string;
  /** Replaces the model providers that the agent knows. */
  readonly models?: RunModels;
  /** The most that a run may print, in bytes; 1 GiB by default. */
  readonly maxStdoutBytes?: number;
}

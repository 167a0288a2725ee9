import { join } from 'node:path';

import {
  type ContainerInput,
  cutText,
  IPC_FILE_MODE,
  type IpcMessage,
  MAX_MESSAGE_BYTES,
  publishFile,
  type RunFact,
} from '../../ipc-schemas/index.ts';
import type { Log } from './log.ts';

/** JSON escapes at most sixfold. */
const MAX_TEXT_CHARS = Math.floor(MAX_MESSAGE_BYTES / 6) - 1024;

/**
 * Sends the reasoning of a run as messages while it goes on, a message a stretch of reasoning.
 *
 * What cannot be sent is said in the log, once; the run does not depend on it.
 */
export class ReasoningDelivery {
  readonly #messagesDir: string;
  readonly #header: { chatJid: string; requestId: string };
  readonly #log: Log;
  #stretch = '';
  #count = 0;
  #hasFailed = false;

  constructor(input: ContainerInput, requestId: string, ipcDir: string, log: Log) {
    this.#messagesDir = join(ipcDir, 'messages');
    this.#header = { chatJid: input.chatJid, requestId };
    this.#log = log;
  }

  /** Takes a fact in its order; whatever is not reasoning ends the stretch. */
  async take(fact: RunFact): Promise<void> {
    if (fact.type === 'reasoning_delta') this.#stretch = cutText(this.#stretch + fact.text, MAX_TEXT_CHARS);
    else await this.end();
  }

  /** Sends what is left. */
  async end(): Promise<void> {
    const text = this.#stretch.trim();
    this.#stretch = '';
    if (text === '' || this.#hasFailed) return;
    this.#count += 1;
    const counter = String(this.#count).padStart(6, '0');
    const message: IpcMessage = { type: 'message', ...this.#header, text };
    try {
      await publishFile(
        this.#messagesDir,
        `${Date.now()}-${counter}-${this.#header.requestId.slice(0, 64)}.json`,
        JSON.stringify(message),
        { mode: IPC_FILE_MODE },
      );
    } catch (error) {
      this.#hasFailed = true;
      this.#log.warn('reasoning cannot be sent as messages', { error: String(error) });
    }
  }
}

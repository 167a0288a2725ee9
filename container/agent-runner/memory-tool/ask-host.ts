import { rmSync } from 'node:fs';
import { join } from 'node:path';

import {
  IPC_FILE_MODE,
  MAX_REQUEST_BYTES,
  publishFile,
  readSpoolFile,
  waitForFile,
} from '../../../ipc-schemas/index.ts';
import { parseAnswer } from './parse-answer.ts';
import type { MemoryQuestion } from './parse-arguments.ts';

/** What the host made of a question. */
export type HostAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly problem: string };

/** What a question is asked by. */
export interface Asking {
  /** Holds actions/ and action_results/. */
  readonly ipcDir: string;
  /** Unique in the run. */
  readonly requestId: string;
  readonly timeoutMs: number;
}

/** A document of 1 MiB, every character of it escaped, and then some. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Asks the host: one request file, one answer file.
 *
 * A request that got no answer in time, or was cancelled, is withdrawn. Total: what went wrong is in the answer.
 */
export async function askHost(
  question: MemoryQuestion,
  asking: Asking,
  signal: AbortSignal,
): Promise<HostAnswer> {
  const { ipcDir, requestId, timeoutMs } = asking;
  const name = `${requestId}.json`;
  const text = JSON.stringify({ ...question, requestId });
  const byteLength = Buffer.byteLength(text);
  if (byteLength > MAX_REQUEST_BYTES) {
    return failed(`the request has ${byteLength} bytes, at most ${MAX_REQUEST_BYTES} are taken`);
  }
  const actionsDir = join(ipcDir, 'actions');
  const resultsDir = join(ipcDir, 'action_results');
  try {
    await publishFile(actionsDir, name, text, { mode: IPC_FILE_MODE });
  } catch (error) {
    return failed(
      `expected the IPC directory of a run by TURNBOX_IPC_DIR, found ${ipcDir}: ${String(error)}`,
    );
  }
  if (!(await isAnswered(resultsDir, name, timeoutMs, signal))) {
    withdraw(join(actionsDir, name));
    return failed(
      signal.aborted
        ? 'cancelled'
        : `the host did not answer within ${timeoutMs} ms; the request is withdrawn`,
    );
  }
  const read = readSpoolFile(join(resultsDir, name), MAX_ANSWER_BYTES);
  if (read.kind !== 'read') {
    return failed(`the answer cannot be read: ${read.kind === 'refused' ? read.reason : 'it is gone'}`);
  }
  const parsed = parseAnswer(read.bytes, requestId);
  if (parsed.kind === 'wrong') return failed(parsed.problem);
  const { status, result, error } = parsed.answer;
  return status === 'success' ? { kind: 'result', result } : failed(error ?? 'the host gave no reason');
}

async function isAnswered(
  resultsDir: string,
  name: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await waitForFile(resultsDir, name, { timeoutMs }, signal);
  } catch {
    // The signal, which the caller looks at.
    return false;
  }
}

function withdraw(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The host may take it yet; its answer is read by nobody.
  }
}

function failed(problem: string): HostAnswer {
  return { kind: 'failed', problem };
}

import { hash } from 'node:crypto';

import { type ActionResult, type ErrorCode, TurnboxError } from '../../ipc-schemas/index.ts';
import { type ActionCaller, findHandler, type PermittedRequest } from './action-handlers.ts';
import type { GatewayParts } from './gateway-parts.ts';
import type { RunNotices } from './notices.ts';

/**
 * Carries out a request once and gives the text of its answer.
 *
 * It is written into the ledger before anything happens: the same request again gets the stored answer, another
 * under the same id an error, and so does one that was begun and never finished. Total: every ending is an answer.
 */
export async function executeRequest(
  request: PermittedRequest,
  caller: ActionCaller,
  shared: Pick<GatewayParts, 'handlers' | 'ledger'> & { readonly notices: RunNotices },
  signal: AbortSignal,
): Promise<string> {
  const { handlers, ledger, notices } = shared;
  const { runId, requestId } = caller;
  const handler = findHandler(handlers, request);
  if (handler === undefined) {
    return errorAnswer(requestId, 'INPUT_INVALID', `action: this host does not carry out ${request.action}`);
  }
  try {
    const known = ledger.begin(runId, requestId, hash('sha256', JSON.stringify(request)));
    if (known.kind === 'answered') return known.answer;
    if (known.kind === 'conflict') {
      return errorAnswer(requestId, 'INPUT_INVALID', 'requestId: it stood for another request before');
    }
    if (known.kind === 'unfinished') {
      return errorAnswer(requestId, 'INTERNAL', 'it was begun before and never finished');
    }
  } catch (error) {
    notices.add('ledger', 'error', `${request.action} was not carried out: ${String(error)}`);
    return errorAnswer(requestId, 'INTERNAL', 'the host cannot write its ledger; it was not carried out');
  }
  const answer = await carryOut(handler, caller, notices, signal);
  try {
    ledger.finish(runId, requestId, answer);
  } catch (error) {
    notices.add('ledger', 'error', `an answer could not be stored: ${String(error)}`);
  }
  return answer;
}

async function carryOut(
  handler: (caller: ActionCaller, signal: AbortSignal) => Promise<unknown>,
  caller: ActionCaller,
  notices: RunNotices,
  signal: AbortSignal,
): Promise<string> {
  try {
    return successAnswer(caller.requestId, await handler(caller, signal));
  } catch (error) {
    if (error instanceof TurnboxError) return errorAnswer(caller.requestId, error.code, error.message);
    notices.add('handler', 'error', `the request ${caller.requestId} failed: ${String(error)}`);
    return errorAnswer(caller.requestId, 'INTERNAL', 'the host failed to carry it out');
  }
}

function successAnswer(requestId: string, result: unknown): string {
  const executedAt = new Date().toISOString();
  return JSON.stringify({ requestId, status: 'success', result, executedAt } satisfies ActionResult);
}

/** An answer that says why there is no other. */
export function errorAnswer(requestId: string, errorCode: ErrorCode, error: string): string {
  const executedAt = new Date().toISOString();
  return JSON.stringify({ requestId, status: 'error', error, errorCode, executedAt } satisfies ActionResult);
}

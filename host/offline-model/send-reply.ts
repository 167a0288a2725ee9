import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as afterWrites, setTimeout as delay } from 'node:timers/promises';

import type { CompletionHead, Json } from './completion.ts';
import {
  estimateUsage,
  toCompletion,
  toDeltas,
  toErrorBody,
  toStreamBody,
  toUsageBody,
} from './completion.ts';
import type { ChatRequest } from './conversation.ts';
import type { Failure, Piece, Reply } from './reply.ts';

const OK = 200;

/** The request that a reply belongs to, and where its bytes go. */
export interface Exchange {
  readonly request: ChatRequest;
  readonly response: ServerResponse;
  readonly head: CompletionHead;
}

/**
 * Writes a reply to the end, streamed where the request asks for it.
 *
 * The signal must be aborted when the response closes: it ends pauses, a full socket and a stalled reply,
 * and the promise then rejects with its reason.
 */
export async function sendReply(exchange: Exchange, reply: Reply, signal: AbortSignal): Promise<void> {
  if (reply.type === 'failure') sendFailure(exchange.response, reply);
  else if (exchange.request.stream === true) await streamReply(exchange, reply, signal);
  else sendWhole(exchange, reply);
}

/** Writes an HTTP error with a body as OpenAI writes it. */
export function sendFailure(response: ServerResponse, failure: Failure): void {
  sendJson(response, failure.status, toErrorBody(failure), failure.headers);
}

/** Writes a JSON body and ends the response. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

async function streamReply(
  exchange: Exchange,
  reply: Exclude<Reply, Failure>,
  signal: AbortSignal,
): Promise<void> {
  const { request, response, head } = exchange;
  response.writeHead(OK, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  if (reply.type === 'stall') return;
  await writeBody(response, toStreamBody(head, { role: 'assistant', content: '' }), signal);
  await streamPieces(exchange, reply.pieces, reply.type === 'answer' ? reply.delayMs : 0, signal);
  switch (reply.type) {
    case 'answer':
      await writeBody(response, toStreamBody(head, {}, reply.finishReason), signal);
      await writeBody(response, toUsageBody(head, estimateUsage(request, reply.pieces)), signal);
      response.end('data: [DONE]\n\n');
      return;
    case 'cut':
      // The response hands its bytes to the socket on the next tick; the socket then sends them before it is destroyed.
      await afterWrites();
      response.socket?.destroySoon();
      return;
    case 'unfinished':
      response.end();
      return;
  }
}

async function streamPieces(
  { response, head }: Exchange,
  pieces: readonly Piece[],
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  let callIndex = 0;
  for (const piece of pieces) {
    if (delayMs > 0) await delay(delayMs, undefined, { signal });
    for (const delta of toDeltas(head, piece, callIndex))
      await writeBody(response, toStreamBody(head, delta), signal);
    if (piece.type === 'tool_call') callIndex += 1;
  }
}

async function writeBody(response: ServerResponse, body: Json, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(`data: ${JSON.stringify(body)}\n\n`)) await once(response, 'drain', { signal });
}

/** Without a stream there are no pieces to break off after: nothing is sent at all, or what there is without a finish. */
function sendWhole({ request, response, head }: Exchange, reply: Exclude<Reply, Failure>): void {
  switch (reply.type) {
    case 'answer':
      sendJson(response, OK, toCompletion(head, reply, estimateUsage(request, reply.pieces)));
      return;
    case 'cut':
      response.destroy();
      return;
    case 'unfinished':
      sendJson(response, OK, {
        id: head.id,
        object: 'chat.completion',
        created: 0,
        model: head.model,
        choices: [],
      });
      return;
    case 'stall':
      response.flushHeaders();
      return;
  }
}

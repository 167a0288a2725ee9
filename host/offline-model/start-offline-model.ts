import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { CompletionHead } from './completion.ts';
import { type ChatRequest, lastUserText, toConversation } from './conversation.ts';
import { readChatRequest } from './read-request.ts';
import type { Failure, Reply } from './reply.ts';
import { SCRIPTS } from './scripts/scripts.ts';
import { sendFailure, sendJson, sendReply } from './send-reply.ts';

const HOST = '127.0.0.1';

/** A chat request that arrived: what it said and the headers it came with. */
export interface OfflineRequest {
  readonly body: ChatRequest;
  readonly headers: IncomingHttpHeaders;
}

export interface OfflineModelOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Called with each well-formed chat request before it is answered. */
  readonly onRequest?: (request: OfflineRequest) => void;
}

/** An offline model that answers until it is closed. */
export interface OfflineModel {
  /** `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  /** How many well-formed chat requests have arrived. */
  readonly requests: number;
  /** Ends open connections at once and frees the port. May be called again. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a small OpenAI-compatible endpoint on loopback that answers from scripts.
 *
 * It needs no key and reaches no network. The `model` of a request picks the script. Rejects where the port is taken.
 */
export async function startOfflineModel(options: OfflineModelOptions = {}): Promise<OfflineModel> {
  let requests = 0;
  const reply = failureCountingReply();
  const server = createServer((message, response) => {
    void answer(message, response, (body) => {
      requests += 1;
      options.onRequest?.({ body, headers: message.headers });
      const head = {
        id: `chatcmpl-${requests}`,
        model: body.model,
        callIdPrefix: `call_${body.messages.length}`,
      };
      return { head, reply: reply(body) };
    });
  });
  server.listen(options.port ?? 0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => closeServer(server);
  return {
    baseUrl: `http://${HOST}:${port}/v1`,
    get requests() {
      return requests;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Answerer = (request: ChatRequest) => { readonly head: CompletionHead; readonly reply: Reply };

/** Contract: must not throw. What goes wrong becomes a 500, or a broken connection once the headers are out. */
async function answer(message: IncomingMessage, response: ServerResponse, answerer: Answerer): Promise<void> {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  try {
    await route(message, response, answerer, closed.signal);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else
      sendFailure(response, {
        type: 'failure',
        status: 500,
        message: String(error),
        errorType: 'server_error',
      });
  }
}

async function route(
  message: IncomingMessage,
  response: ServerResponse,
  answerer: Answerer,
  signal: AbortSignal,
): Promise<void> {
  const path = message.url?.split('?', 1)[0] ?? '';
  const target = `${message.method ?? ''} ${path}`;
  if (target === 'POST /v1/chat/completions') {
    const read = await readChatRequest(message);
    if (!read.ok) return sendFailure(response, read.failure);
    const { head, reply } = answerer(read.request);
    return sendReply({ request: read.request, response, head }, reply, signal);
  }
  if (target === 'GET /v1/models') {
    const data = [...SCRIPTS.keys()].map((id) => ({ id, object: 'model', created: 0, owned_by: 'turnbox' }));
    return sendJson(response, 200, { object: 'list', data });
  }
  return sendFailure(response, notFound(`Invalid URL (${target})`, 'unknown_url'));
}

/** Gives replies, and tells each script how often in a row it has failed the same question. */
function failureCountingReply(): (request: ChatRequest) => Reply {
  const failures = new Map<string, number>();
  return (request) => {
    const script = SCRIPTS.get(request.model);
    if (script === undefined)
      return notFound(`The model \`${request.model}\` does not exist`, 'model_not_found');
    const key = `${request.model}\n${lastUserText(toConversation(request))}`;
    const failuresSoFar = failures.get(key) ?? 0;
    const reply = script(toConversation(request, failuresSoFar));
    if (reply.type === 'failure') failures.set(key, failuresSoFar + 1);
    else failures.delete(key);
    return reply;
  };
}

function notFound(message: string, code: string): Failure {
  return { type: 'failure', status: 404, message, errorType: 'invalid_request_error', code };
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

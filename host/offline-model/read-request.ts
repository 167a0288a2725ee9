import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import { type ChatRequest, ChatRequestSchema } from './conversation.ts';
import type { Failure } from './reply.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export type RequestRead =
  | { readonly ok: true; readonly request: ChatRequest }
  | { readonly ok: false; readonly failure: Failure };

/** Reads a chat request, or gives the 4xx that it deserves. Rejects only when the client goes away. */
export async function readChatRequest(message: IncomingMessage): Promise<RequestRead> {
  const text = await readBody(message);
  return text === null
    ? refuse(`The body is larger than ${MAX_BODY_BYTES} bytes.`, 413)
    : parseChatRequest(text);
}

/** Parses a chat request, or gives the 400 that it deserves. */
function parseChatRequest(text: string): RequestRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`We could not parse the JSON body of your request: ${String(error)}`);
  }
  const parsed = ChatRequestSchema.safeParse(value);
  return parsed.success ? { ok: true, request: parsed.data } : refuse(z.prettifyError(parsed.error));
}

/** Reads to the end even where it is too long, since a client that is still sending would miss the answer. */
async function readBody(message: IncomingMessage): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const part of message as AsyncIterable<Uint8Array>) {
    byteLength += part.length;
    if (byteLength <= MAX_BODY_BYTES) parts.push(part);
  }
  return byteLength <= MAX_BODY_BYTES ? Buffer.concat(parts).toString('utf8') : null;
}

function refuse(message: string, status = 400): RequestRead {
  return { ok: false, failure: { type: 'failure', status, message, errorType: 'invalid_request_error' } };
}

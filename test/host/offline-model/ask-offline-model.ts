import type { ChatRequest } from '../../../host/offline-model/conversation.ts';
import type { OfflineModel } from '../../../host/offline-model/start-offline-model.ts';

type Message = ChatRequest['messages'][number];

interface StreamBody {
  choices: { delta: Record<string, unknown>; finish_reason: string | null }[];
  usage?: Record<string, unknown>;
}

/** A streamed answer put together again, as a client of the wire does it. */
export interface StreamedAnswer {
  text: string;
  thinking: string;
  calls: { id: string; name: string; args: unknown }[];
  finishReasons: string[];
  usage: Record<string, unknown> | undefined;
  contentDeltas: string[];
  isDone: boolean;
}

export const TOOLS = ['bash', 'read', 'write'].map((name) => ({ type: 'function', function: { name } }));

export function user(text: string): Message {
  return { role: 'user', content: text };
}

/** The two messages that a called tool adds to a conversation. */
export function called(id: string, name: string, result: string): Message[] {
  const call = { id, type: 'function', function: { name, arguments: '{}' } };
  return [
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: id, content: result },
  ];
}

export function post(offline: OfflineModel, body: unknown): Promise<Response> {
  return fetch(`${offline.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Asks for a stream and reads it to its end. */
export async function ask(
  offline: OfflineModel,
  model: string,
  messages: readonly Message[] = [user('Hello?')],
  tools: readonly unknown[] = TOOLS,
): Promise<StreamedAnswer> {
  const response = await post(offline, { model, messages, tools, stream: true });
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  return parseStream(await response.text());
}

export function parseStream(wire: string): StreamedAnswer {
  const frames = wire.split('\n\n').filter((frame) => frame !== '');
  if (frames.some((frame) => !frame.startsWith('data: ')))
    throw new Error(`not a stream: ${wire.slice(0, 200)}`);
  const data = frames.map((frame) => frame.slice('data: '.length));
  const bodies = data.filter((text) => text !== '[DONE]').map((text) => JSON.parse(text) as StreamBody);
  const choices = bodies.flatMap((body) => body.choices);
  const contentDeltas = choices
    .map((choice) => choice.delta['content'])
    .filter((text) => typeof text === 'string');
  return {
    text: contentDeltas.join(''),
    thinking: choices
      .map((choice) => (choice.delta['reasoning_content'] as string | undefined) ?? '')
      .join(''),
    calls: joinCalls(
      choices.flatMap((choice) => (choice.delta['tool_calls'] as CallDelta[] | undefined) ?? []),
    ),
    finishReasons: choices.flatMap((choice) => choice.finish_reason ?? []),
    usage: bodies.at(-1)?.usage,
    contentDeltas,
    isDone: data.at(-1) === '[DONE]',
  };
}

interface CallDelta {
  index: number;
  id?: string;
  function: { name?: string; arguments: string };
}

function joinCalls(deltas: readonly CallDelta[]): StreamedAnswer['calls'] {
  return deltas
    .filter((delta) => delta.id !== undefined)
    .map(({ id = '', index, function: { name = '' } }) => {
      const parts = deltas.filter((delta) => delta.index === index).map((delta) => delta.function.arguments);
      return { id, name, args: JSON.parse(parts.join('')) as unknown };
    });
}

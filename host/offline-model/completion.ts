import type { ChatRequest } from './conversation.ts';
import { textOf } from './conversation.ts';
import type { Answer, Failure, Piece } from './reply.ts';

const CHARACTERS_PER_TOKEN = 4;

/** The most that one answer is counted as: an agent would compact after an answer above its context window. */
export const MAX_OUTPUT_TOKENS = 16_000;

/** What is the same in every body that answers one request. */
export interface CompletionHead {
  readonly id: string;
  readonly model: string;
  /** Begins the ids of the tool calls; differs for each answer of one conversation. */
  readonly callIdPrefix: string;
}

export type Json = Readonly<Record<string, unknown>>;

/** The body of an answer that is not streamed. */
export function toCompletion(head: CompletionHead, answer: Answer, usage: Json): Json {
  const calls = answer.pieces.filter((piece) => piece.type === 'tool_call');
  const thinking = joined(answer.pieces, 'thinking');
  const message = {
    role: 'assistant',
    content: joined(answer.pieces, 'text'),
    ...(thinking === '' ? {} : { reasoning_content: thinking }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call, index) =>
            toWireCall(head, index, call.name, JSON.stringify(call.args)),
          ),
        }),
  };
  return {
    id: head.id,
    object: 'chat.completion',
    created: 0,
    model: head.model,
    choices: [{ index: 0, message, finish_reason: answer.finishReason }],
    usage,
  };
}

/** One streamed body with a delta or a finish reason. */
export function toStreamBody(head: CompletionHead, delta: Json, finishReason: string | null = null): Json {
  return streamBody(head, [{ index: 0, delta, finish_reason: finishReason }]);
}

/** The last streamed body: no choices, only the usage, as with OpenAI's `stream_options.include_usage`. */
export function toUsageBody(head: CompletionHead, usage: Json): Json {
  return { ...streamBody(head, []), usage };
}

/** The deltas of a piece: one for text, and for a tool call one with its name and two with halves of its arguments. */
export function toDeltas(head: CompletionHead, piece: Piece, callIndex: number): Json[] {
  switch (piece.type) {
    case 'text':
      return [{ content: piece.text }];
    case 'thinking':
      return [{ reasoning_content: piece.text }];
    case 'tool_call': {
      const args = JSON.stringify(piece.args);
      const half = Math.floor(args.length / 2);
      const more = [args.slice(0, half), args.slice(half)];
      return [
        { tool_calls: [{ index: callIndex, ...toWireCall(head, callIndex, piece.name, '') }] },
        ...more.map((part) => ({ tool_calls: [{ index: callIndex, function: { arguments: part } }] })),
      ];
    }
  }
}

/** The body of an HTTP error. */
export function toErrorBody(failure: Failure): Json {
  const { message, errorType, code = null } = failure;
  return { error: { message, type: errorType, param: null, code } };
}

/**
 * Estimates token counts at four characters each.
 *
 * An answer counts as at most `MAX_OUTPUT_TOKENS`. What came before the last assistant message counts as read from the cache, as a caching endpoint would have it.
 */
export function estimateUsage(request: ChatRequest, pieces: readonly Piece[]): Json {
  const { messages } = request;
  const lastAnswer = messages.findLastIndex((message) => message.role === 'assistant');
  const promptTokens = tokensOf(messages.map(promptLength));
  const cachedTokens = tokensOf(messages.slice(0, Math.max(lastAnswer, 0)).map(promptLength));
  const completionTokens = Math.min(tokensOf(pieces.map(pieceLength)), MAX_OUTPUT_TOKENS);
  const reasoningTokens = tokensOf(pieces.filter((piece) => piece.type === 'thinking').map(pieceLength));
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}

function streamBody(head: CompletionHead, choices: readonly Json[]): Json {
  return { id: head.id, object: 'chat.completion.chunk', created: 0, model: head.model, choices };
}

function toWireCall(head: CompletionHead, index: number, name: string, args: string): Json {
  return { id: `${head.callIdPrefix}_${index}`, type: 'function', function: { name, arguments: args } };
}

function joined(pieces: readonly Piece[], type: 'text' | 'thinking'): string {
  return pieces.map((piece) => (piece.type === type ? piece.text : '')).join('');
}

function promptLength(message: ChatRequest['messages'][number]): number {
  const calls = (message.tool_calls ?? []).map(
    (call) => call.function.name.length + call.function.arguments.length,
  );
  return calls.reduce((sum, length) => sum + length, textOf(message).length);
}

function pieceLength(piece: Piece): number {
  return piece.type === 'tool_call'
    ? piece.name.length + JSON.stringify(piece.args).length
    : piece.text.length;
}

function tokensOf(lengths: readonly number[]): number {
  return Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / CHARACTERS_PER_TOKEN);
}

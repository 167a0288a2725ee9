import type { Conversation } from './conversation.ts';

/** One delta of a streamed answer. A text may end in the middle of a surrogate pair. */
export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | ToolCall;

export interface ToolCall {
  readonly type: 'tool_call';
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A whole answer, with the pause before each piece when it is streamed. */
export interface Answer {
  readonly type: 'answer';
  readonly pieces: readonly Piece[];
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly delayMs: number;
}

/** An HTTP error with a body as OpenAI writes it. */
export interface Failure {
  readonly type: 'failure';
  readonly status: number;
  readonly message: string;
  readonly errorType: string;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a script can do to a request: answer, fail, or break off in one of three ways. */
export type Reply =
  | Answer
  | Failure
  /** The socket is destroyed once the pieces are out. */
  | { readonly type: 'cut'; readonly pieces: readonly Piece[] }
  /** The stream ends in good order, with neither a finish reason nor `[DONE]`. */
  | { readonly type: 'unfinished'; readonly pieces: readonly Piece[] }
  /** Headers, and nothing more until the client goes. */
  | { readonly type: 'stall' };

/** A pure function: the same conversation always gets the same reply. */
export type Script = (conversation: Conversation) => Reply;

/** An answer of text alone, in the pieces given. */
export function say(pieces: string | readonly string[], delayMs = 0): Answer {
  return { type: 'answer', pieces: textPieces(pieces), finishReason: 'stop', delayMs };
}

/** An answer that ends in tool calls. */
export function callTools(pieces: readonly Piece[], delayMs = 0): Answer {
  return { type: 'answer', pieces, finishReason: 'tool_calls', delayMs };
}

export function toolCall(name: string, args: Readonly<Record<string, unknown>>): ToolCall {
  return { type: 'tool_call', name, args };
}

export function textPieces(texts: string | readonly string[]): Piece[] {
  return [texts].flat().map((text) => ({ type: 'text', text }));
}

/** Cuts a text after each run of white space; joined, the words are the text again. */
export function toWords(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

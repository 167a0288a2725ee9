import { z } from 'zod';

const ContentSchema = z.union([
  z.string(),
  z.null(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
]);

const ChatMessageSchema = z.looseObject({
  role: z.string(),
  content: ContentSchema.optional(),
  tool_call_id: z.string().optional(),
  tool_calls: z
    .array(
      z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }),
    )
    .nullish(),
});

/** The body of a POST to /v1/chat/completions, as far as a script looks at it. Unknown fields are kept. */
export const ChatRequestSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(ChatMessageSchema).min(1),
  stream: z.boolean().nullish(),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }).optional() })).nullish(),
});

export type ChatRequest = z.infer<typeof ChatRequestSchema>;
export type ChatMessage = z.infer<typeof ChatMessageSchema>;

/** What a tool gave back for a call of the current turn. */
interface ToolResult {
  /** The tool's name, or `''` where no call with its id is in the conversation. */
  readonly name: string;
  readonly text: string;
}

/** All that a script may look at. System and developer messages are left out. */
export interface Conversation {
  /** What the user said, oldest first; the last one is the message to answer. */
  readonly userTexts: readonly string[];
  /** What tools gave back after the last user message, oldest first. */
  readonly toolResults: readonly ToolResult[];
  readonly toolNames: ReadonlySet<string>;
  /** How many times in a row this question was answered by an HTTP error; the only thing not in the request. */
  readonly failuresSoFar: number;
}

/** Gives what a script decides from; total on every request that fits the schema. */
export function toConversation(request: ChatRequest, failuresSoFar = 0): Conversation {
  const { messages } = request;
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  const callNames = new Map(
    messages.flatMap((message) => (message.tool_calls ?? []).map((call) => [call.id, call.function.name])),
  );
  return {
    userTexts: messages.filter((message) => message.role === 'user').map(textOf),
    toolResults: messages
      .slice(lastUser + 1)
      .filter((message) => message.role === 'tool')
      .map((message) => ({ name: callNames.get(message.tool_call_id ?? '') ?? '', text: textOf(message) })),
    toolNames: new Set(request.tools?.flatMap((tool) => tool.function?.name ?? [])),
    failuresSoFar,
  };
}

/** The text of the last user message, `''` where there is none. */
export function lastUserText(conversation: Conversation): string {
  return conversation.userTexts.at(-1) ?? '';
}

/** The text of a message: a plain string, or its text parts joined by newlines; other parts are left out. */
export function textOf(message: ChatMessage): string {
  const { content } = message;
  if (typeof content === 'string') return content;
  return (content ?? [])
    .filter((part) => part.type === 'text')
    .map((part) => part.text ?? '')
    .join('\n');
}

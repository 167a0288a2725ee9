import { z } from 'zod';

import type { AgentEvent, AgentFailure, ParsedLine, UsageIncrement } from './agent.ts';
import { providerFailure } from './provider-failure.ts';

/** Above this, a cumulative update of pi 0.73 is not worth parsing: the end of the message brings the rest. */
const MAX_CUMULATIVE_CHARS = 64 * 1024;

const UPDATE = '{"type":"message_update"';

const CUMULATIVE_UPDATE = '{"type":"message_update","message":';

/** Words by which providers say that a request does not fit; read only behind status 400 or 413. */
const OVERFLOW_PHRASES = [
  'prompt is too long',
  'maximum context length',
  'context_length_exceeded',
  'exceeds the context window',
  'exceed context limit',
  'input token count exceeds',
  'request_too_large',
];

/** Events that are known and tell a bridge nothing. */
const SILENT = [
  'turn_start',
  'message_start',
  'turn_end',
  'tool_execution_update',
  'entry_appended',
  'queue_update',
  'session_info_changed',
  'thinking_level_changed',
  'extension_error',
  'summarization_retry_start',
  'summarization_retry_end',
  'auto_retry_end',
  'compaction_end',
] as const;

/** Deeper arguments than any tool has, and few enough to be written as JSON without an end of the stack. */
const MAX_ARGUMENT_LEVELS = 200;

/** pi writes the type first, so such a line, however long, need not be parsed. */
const SILENT_BEGINNINGS = SILENT.map((type) => `{"type":"${type}"`);

const text = z.string();
const hint = text.optional().catch(undefined);
const tokens = z.int().min(0).optional().catch(undefined);

const ContentSchema = z.array(z.looseObject({ type: text, text: text.optional() }));

const MessageSchema = z.discriminatedUnion('role', [
  z.object({
    role: z.literal('assistant'),
    content: ContentSchema,
    provider: hint,
    model: hint,
    stopReason: text,
    errorMessage: hint,
    usage: z
      .object({
        input: tokens,
        output: tokens,
        cacheRead: tokens,
        cacheWrite: tokens,
        totalTokens: tokens,
        cost: z.object({ total: z.number() }).optional().catch(undefined),
      })
      .optional()
      .catch(undefined),
  }),
  z.object({ role: z.enum(['system', 'user', 'toolResult', 'custom', 'bashExecution']) }),
]);

type AssistantMessage = Extract<z.infer<typeof MessageSchema>, { role: 'assistant' }>;

const ArgumentsSchema = z.unknown().refine((value) => !isDeeperThan(value, MAX_ARGUMENT_LEVELS));

const UpdateSchema = z.object({
  type: z.literal('message_update'),
  assistantMessageEvent: z.object({ type: text, delta: text.optional() }),
});

const PiEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), id: text }),
  z.object({ type: z.enum(['agent_start', 'compaction_start']) }),
  UpdateSchema,
  z.object({ type: z.literal('message_end'), message: MessageSchema }),
  z.object({
    type: z.literal('tool_execution_start'),
    toolCallId: text,
    toolName: text,
    args: ArgumentsSchema,
  }),
  z.object({
    type: z.literal('tool_execution_end'),
    toolCallId: text,
    toolName: text,
    result: z.object({ content: ContentSchema.optional() }).optional().catch(undefined),
    isError: z.boolean().catch(false),
  }),
  z.object({ type: z.literal('agent_end'), willRetry: z.boolean().optional() }),
  z.object({ type: z.literal('agent_settled'), aborted: z.boolean().default(false) }),
  z.object({
    type: z.literal('auto_retry_start'),
    attempt: z.int().min(0),
    delayMs: z.number().min(0),
    errorMessage: text.catch(''),
  }),
  z.object({ type: z.enum(SILENT) }),
]);

type PiEvent = z.infer<typeof PiEventSchema>;

const NOTHING: readonly AgentEvent[] = [];
const WORKING: readonly AgentEvent[] = [{ type: 'working' }];
const BUSY: readonly AgentEvent[] = [{ type: 'busy' }];

/**
 * Reads one line of `pi --mode json`; undefined when it is not one.
 *
 * Knows pi 0.73 (cumulative updates, no `agent_settled`) to 1.5 (deltas, `agent_settled`). Total.
 */
export function parsePiLine(line: string): ParsedLine {
  if (line.length > MAX_CUMULATIVE_CHARS && line.startsWith(CUMULATIVE_UPDATE)) return NOTHING;
  if (SILENT_BEGINNINGS.some((beginning) => line.startsWith(beginning))) return NOTHING;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Noise on stdout is not an event; the caller keeps the line.
    return undefined;
  }
  // Updates come by the thousand and are worth a compiled schema; for the few others compiling takes longer.
  const update = line.startsWith(UPDATE) ? UpdateSchema.safeParse(value) : undefined;
  if (update?.success === true) return toDelta(update.data.assistantMessageEvent);
  const event = PiEventSchema.safeParse(value, { jitless: true });
  return event.success ? toAgentEvents(event.data) : undefined;
}

function toAgentEvents(event: PiEvent): readonly AgentEvent[] {
  switch (event.type) {
    case 'session':
      return [{ type: 'session', sessionId: event.id }];
    case 'agent_start':
      return WORKING;
    case 'compaction_start':
      return BUSY;
    case 'message_update':
      return toDelta(event.assistantMessageEvent);
    case 'message_end':
      return event.message.role === 'assistant' ? [toMessageEnd(event.message)] : NOTHING;
    case 'tool_execution_start':
      return [{ type: 'tool_start', toolCallId: event.toolCallId, name: event.toolName, input: event.args }];
    case 'tool_execution_end':
      return [
        {
          type: 'tool_end',
          toolCallId: event.toolCallId,
          name: event.toolName,
          isError: event.isError,
          output: joinText(event.result?.content ?? []),
        },
      ];
    case 'agent_end':
      return event.willRetry === true ? WORKING : [{ type: 'finished', isSettled: false, isAborted: false }];
    case 'agent_settled':
      return [{ type: 'finished', isSettled: true, isAborted: event.aborted }];
    case 'auto_retry_start':
      return [{ type: 'retry', attempt: event.attempt, delayMs: event.delayMs, reason: event.errorMessage }];
    default:
      return NOTHING;
  }
}

function toDelta(update: { type: string; delta?: string | undefined }): readonly AgentEvent[] {
  if (update.delta === undefined || update.delta === '') return NOTHING;
  if (update.type === 'text_delta') return [{ type: 'text_delta', text: update.delta }];
  if (update.type === 'thinking_delta') return [{ type: 'reasoning_delta', text: update.delta }];
  return NOTHING;
}

function toMessageEnd(message: AssistantMessage): AgentEvent {
  const answer = joinText(message.content);
  const usage = toUsage(message.usage);
  const stopReason = toStopReason(message.stopReason);
  return {
    type: 'message_end',
    text: answer,
    stopReason,
    ...(stopReason === 'error' && { failure: toFailure(message.errorMessage ?? 'the agent gave no reason') }),
    ...(usage !== undefined && { usage }),
    ...(message.provider !== undefined && { provider: message.provider }),
    ...(message.model !== undefined && { model: message.model }),
    ...(stopReason === 'stop' &&
      answer !== '' &&
      usage === undefined && {
        // pi 0.73 gives a stream that was cut as a normal end, and then without usage.
        doubt: 'the model reported no usage for its last message, so the answer may have been cut',
      }),
  };
}

function toStopReason(reason: string): Extract<AgentEvent, { type: 'message_end' }>['stopReason'] {
  if (reason === 'error' || reason === 'length' || reason === 'aborted') return reason;
  return reason === 'toolUse' ? 'tool_use' : 'stop';
}

/** What is unknown is absent; where every number is zero, pi knows nothing and writes zeros all the same. */
function toUsage(usage: AssistantMessage['usage']): UsageIncrement | undefined {
  if (usage === undefined) return undefined;
  const { input, output, cacheRead, cacheWrite, totalTokens: reported = 0 } = usage;
  const sum = (input ?? 0) + (output ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0);
  const totalTokens = reported > 0 ? reported : sum;
  if (totalTokens === 0) return undefined;
  const costUsd = usage.cost?.total ?? 0;
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(cacheRead !== undefined && { cacheReadTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
    totalTokens,
    ...(costUsd > 0 && { costUsd }),
  };
}

/** The status is the three digits that begin the message; nothing behind them is read, save overflow phrases. */
function toFailure(errorMessage: string): AgentFailure {
  const digits = /^\d{3}(?!\d)/.exec(errorMessage)?.[0];
  const status = digits === undefined ? undefined : Number(digits);
  if (
    (status === 400 || status === 413) &&
    OVERFLOW_PHRASES.some((phrase) => errorMessage.includes(phrase))
  ) {
    return { code: 'CONTEXT_OVERFLOW', retryable: false, text: errorMessage };
  }
  return providerFailure(status, errorMessage);
}

/** Text blocks follow each other without a gap: deltas do too, and a provider may split in mid-sentence. */
function joinText(content: z.infer<typeof ContentSchema>): string {
  return content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}

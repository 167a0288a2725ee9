import { z } from 'zod';

import { REQUEST_ID_PATTERN } from './request-id.ts';

/** The largest ContainerInput that a runner reads, in bytes. */
export const MAX_INPUT_BYTES = 16 * 1024 * 1024;

/** The largest prompt, in bytes of UTF-8. */
export const MAX_PROMPT_BYTES = 4 * 1024 * 1024;

/** What a chat group may be called; `global` in any case is reserved. No flags: JSON Schema has none. */
export const GROUP_FOLDER_PATTERN = /^(?![Gg][Ll][Oo][Bb][Aa][Ll]$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const ENV_NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Markers carry it between their name and their closing dashes. */
export const OUTPUT_NONCE_PATTERN = /^[A-Za-z0-9]{16,64}$/;

/** A value that may stand in an argument list: it cannot be read as an option. */
const ARGUMENT_PATTERN = /^[^\s-][^\x00-\x1f\x7f]{0,255}$/;

const TOOL_NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const AGENT_NAMES = ['pi', 'claude', 'codex'] as const;
export const THINK_LEVELS = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export const REASONING_LEVELS = ['off', 'on', 'stream'] as const;
export const VERBOSE_MODES = ['off', 'new', 'all', 'verbose'] as const;
export const CODING_HINTS = [
  'none',
  'auto',
  'force_delegate',
  'force_delegate_execute',
  'force_delegate_plan',
] as const;
export const EVENT_LEVELS = ['none', 'tools', 'all'] as const;

const utf8 = new TextEncoder();
const hasNoNul = (text: string): boolean => !text.includes('\0');
const timerMs = z.int().min(1).max(LONGEST_TIMER_MS);

const TimeoutsSchema = z.object({
  wallMs: timerMs
    .default(1_800_000)
    .describe('Longest time the run may take, in milliseconds; then AGENT_TIMED_OUT.'),
  firstEventMs: timerMs
    .default(120_000)
    .describe('Longest wait for the first event of the agent, in milliseconds; then AGENT_STALLED.'),
  stallMs: timerMs
    .default(600_000)
    .describe('Longest silence of the agent while no tool runs, in milliseconds; then AGENT_STALLED.'),
});

const LimitsSchema = z.object({
  maxTotalTokens: z.int().min(1).optional().describe('Tokens the run may use, summed over its turns.'),
  maxCostUsd: z.number().positive().optional().describe('What the run may cost, in US dollars.'),
  maxToolCalls: z.int().min(0).optional().describe('Tool calls the run may make.'),
});

/**
 * The document a host pipes into a container: one JSON object, read to end of file, UTF-8.
 *
 * This is its form after normalisation: `null` has become absent and spellings people use by hand are folded.
 */
export const ContainerInputSchema = z.object({
  prompt: z
    .string()
    .refine((text) => text.trim() !== '' && utf8.encode(text).length <= MAX_PROMPT_BYTES)
    .describe("The user's message: not blank, at most 4 MiB of UTF-8."),
  groupFolder: z
    .string()
    .regex(GROUP_FOLDER_PATTERN)
    .describe('The chat group. Never used as a path inside the container.'),
  chatJid: z
    .string()
    .min(1)
    .max(256)
    .refine(hasNoNul)
    .describe('Where replies go, 1 to 256 characters, such as telegram:123 or cli:main.'),
  isMain: z
    .boolean()
    .default(false)
    .describe("The owner's privileged chat: full workspace context and delegation."),
  isScheduledTask: z
    .boolean()
    .default(false)
    .describe('A background run: short prompt, no delegation, no drafts, a session lane of its own.'),
  assistantName: z.string().default('Assistant').describe('The name in the identity line of the prompt.'),
  secrets: z
    .record(z.string().regex(ENV_NAME_PATTERN), z.string().refine(hasNoNul))
    .default({})
    .describe("Environment variables for the agent's process only, by name. Redacted in all output."),
  provider: z
    .string()
    .regex(ARGUMENT_PATTERN)
    .optional()
    .describe("Model provider; the agent's own by default."),
  model: z.string().regex(ARGUMENT_PATTERN).optional().describe("Model; the agent's own by default."),
  thinkLevel: z.enum(THINK_LEVELS).optional().describe('How hard the model thinks.'),
  reasoningLevel: z
    .enum(REASONING_LEVELS)
    .optional()
    .describe('Whether the reply shows reasoning; stream also sends it as messages.'),
  verboseMode: z
    .enum(VERBOSE_MODES)
    .default('off')
    .describe(
      'A list of tool calls behind the result: new each name once, all every call, verbose also its output.',
    ),
  noContinue: z.boolean().default(false).describe('Start a fresh session.'),
  memoryContext: z.string().default('').describe('Memory text that the host retrieved already.'),
  extraSystemPrompt: z.string().default('').describe('A section of the system prompt of the host’s own.'),
  codingHint: z
    .enum(CODING_HINTS)
    .default('none')
    .describe('Delegation policy; force_delegate means force_delegate_execute.'),
  requestId: z
    .string()
    .regex(REQUEST_ID_PATTERN)
    .optional()
    .describe('Correlates the run and names its files; a ULID by default.'),
  agent: z.enum(AGENT_NAMES).default('pi').describe('Which agent CLI runs.'),
  tools: z
    .array(z.string().regex(TOOL_NAME_PATTERN))
    .max(256)
    .optional()
    .describe("Tools the agent may use; the agent's read-write set by default, none when empty."),
  timeouts: TimeoutsSchema.prefault({}).describe('Enforced inside the runner.'),
  limits: LimitsSchema.prefault({}).describe('The run is ended when one of them is passed.'),
  events: z
    .enum(EVENT_LEVELS)
    .default('none')
    .describe('Live event lines on stdout; tools leaves out deltas.'),
  outputNonce: z
    .string()
    .regex(OUTPUT_NONCE_PATTERN)
    .optional()
    .describe(
      'Put into the output markers, 16 to 64 letters and digits, so that nobody else can forge them.',
    ),
});

/** A validated input, every default filled in. */
export type ContainerInput = z.infer<typeof ContainerInputSchema>;

/** An input as a caller writes it: what has a default may be left out. */
export type ContainerInputDocument = z.input<typeof ContainerInputSchema>;

import { z } from 'zod';

import { UsageSchema } from './usage.ts';

const seq = z.int().min(1).describe('Counts from 1 without gaps.');
const time = z.int().min(0).describe('When it happened, in milliseconds since the epoch.');
const messageId = z.string().describe('Which message of the model the text belongs to.');
const toolCallId = z.string().describe("The agent's id of the call; start and end share it.");

/** One fact about a run in progress: a JSON object a line on stdout, and what `runMessage` yields. */
export const RunEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run_start'),
    seq,
    time,
    requestId: z.string().describe('The requestId of the run.'),
    agent: z.string().describe('The agent that runs.'),
    model: z.string().optional().describe('The model asked for.'),
  }),
  z.object({ type: z.literal('text_delta'), seq, time, text: z.string().describe('New text.'), messageId }),
  z.object({
    type: z.literal('text_end'),
    seq,
    time,
    text: z.string().describe('The whole message: its deltas joined.'),
    messageId,
  }),
  z.object({
    type: z.literal('reasoning_delta'),
    seq,
    time,
    text: z.string().describe('New reasoning text.'),
  }),
  z.object({
    type: z.literal('tool_start'),
    seq,
    time,
    toolCallId,
    name: z.string().describe('Tool name.'),
    input: z.unknown().describe('Its arguments, as the model gave them.'),
  }),
  z.object({
    type: z.literal('tool_end'),
    seq,
    time,
    toolCallId,
    name: z.string().describe('Tool name.'),
    isError: z.boolean().describe('Whether the tool failed.'),
    output: z.string().describe('The beginning of its output, at most 4 KiB.'),
    truncated: z.boolean().describe('Whether output was cut.'),
    durationMs: z.int().min(0).describe('From start to end, in milliseconds.'),
  }),
  UsageSchema.extend({ type: z.literal('usage'), seq, time }),
  z.object({
    type: z.literal('retry'),
    seq,
    time,
    attempt: z.int().min(0).describe('Which attempt follows, from 1.'),
    delayMs: z.number().min(0).describe('Wait before it, in milliseconds.'),
    reason: z.string().describe('What failed.'),
  }),
  z.object({
    type: z.literal('notice'),
    seq,
    time,
    level: z.enum(['info', 'warning', 'error']).describe('How much it matters.'),
    text: z.string().describe('For people.'),
  }),
  z.object({
    type: z.literal('unparsed'),
    seq,
    time,
    line: z.string().describe('A line that was not understood, cut to 4 KiB.'),
  }),
  z.object({
    type: z.literal('run_end'),
    seq,
    time,
    status: z.enum(['success', 'error']).describe('The status of the output that follows.'),
  }),
]);

export type RunEvent = z.infer<typeof RunEventSchema>;

type WithoutStamp<Event> = Event extends unknown ? Omit<Event, 'seq' | 'time'> : never;

/** A fact that has no number and no time yet. */
export type RunFact = WithoutStamp<RunEvent>;

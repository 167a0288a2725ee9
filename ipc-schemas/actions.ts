import { z } from 'zod';

import { GROUP_FOLDER_PATTERN } from './container-input.ts';
import { ErrorCodeSchema } from './error-code.ts';
import { REQUEST_ID_PATTERN } from './request-id.ts';

const MAX_TASK_BYTES = 512 * 1024;

const requestId = z
  .string()
  .regex(REQUEST_ID_PATTERN)
  .describe("The file's name without .json; the same id again gets the stored answer.");
const groupFolder = z
  .string()
  .regex(GROUP_FOLDER_PATTERN)
  .optional()
  .describe("Another group's memory; only the main chat may ask for it.");
const taskText = z.string().refine((text) => new TextEncoder().encode(text).length <= MAX_TASK_BYTES, {
  error: 'expected at most 512 KiB',
});

export const MEMORY_SOURCES = ['memory', 'sessions', 'all'] as const;

const MemorySearchSchema = z.object({
  type: z.literal('memory_action'),
  action: z.literal('memory_search'),
  requestId,
  params: z.object({
    query: z.string().describe('Plain words to look for.'),
    topK: z.int().min(1).max(100).optional().describe('How many hits at most.'),
    sources: z.enum(MEMORY_SOURCES).optional().describe('Memory documents, what was said in chats, or both.'),
    groupFolder,
  }),
});

const MemoryGetSchema = z.object({
  type: z.literal('memory_action'),
  action: z.literal('memory_get'),
  requestId,
  params: z.object({
    path: z.string().describe('A memory document, relative to its group, such as MEMORY.md.'),
    groupFolder,
    startLine: z.int().min(1).optional().describe('First line, from 1.'),
    endLine: z.int().min(1).optional().describe('Last line, included.'),
  }),
});

const DelegateRunSchema = z.object({
  type: z.literal('delegate_action'),
  action: z.literal('delegate_run'),
  requestId,
  params: z.object({
    task: taskText.describe('What the coder shall do, at most 512 KiB.'),
    mode: z.enum(['plan', 'execute']).describe('Plan without touching anything, or do it.'),
    constraints: taskText.optional().describe('What the coder must keep to, at most 512 KiB.'),
  }),
});

/** A request of the agent to the host: one file in `actions/`. */
export const ActionRequestSchema = z.discriminatedUnion('action', [
  MemorySearchSchema,
  MemoryGetSchema,
  DelegateRunSchema,
]);

export type ActionRequest = z.infer<typeof ActionRequestSchema>;

export const MemoryHitSchema = z.object({
  source: z.enum(['memory_doc', 'session_transcript']).describe('Where the passage stands.'),
  score: z.number().describe('Higher is better; comparable within one answer only.'),
  groupFolder: z.string().describe('The group it belongs to, or global.'),
  title: z.string().describe('The heading or date the passage stands under.'),
  snippet: z.string().describe('The passage.'),
  path: z.string().optional().describe('Memory document, relative to its group.'),
  startLine: z.int().min(1).optional().describe('First line of the passage, from 1.'),
  endLine: z.int().min(1).optional().describe('Last line of the passage.'),
  chatJid: z.string().optional().describe('The chat in which it was said.'),
  senderName: z.string().optional().describe('Who said it.'),
  timestamp: z.string().optional().describe('When it was said, ISO 8601.'),
});

export const MemorySearchResultSchema = z.object({ hits: z.array(MemoryHitSchema).describe('Best first.') });

export const MemoryGetResultSchema = z.object({
  document: z.object({
    groupFolder: z.string().describe('The group it belongs to, or global.'),
    path: z.string().describe('As asked for.'),
    content: z.string().describe('The lines asked for.'),
    totalLines: z.int().min(0).describe('Lines of the whole document.'),
  }),
});

/** The answer of the host: one file in `action_results/`, by the name of its request. */
export const ActionResultSchema = z.object({
  requestId,
  status: z.enum(['success', 'error']).describe('Whether the action was carried out.'),
  result: z.unknown().optional().describe('What the action gives: hits, a document, or an output.'),
  error: z.string().optional().describe('What went wrong, for people.'),
  errorCode: ErrorCodeSchema.optional(),
  executedAt: z.string().describe('When the host carried it out, ISO 8601.'),
});

export type ActionResult = z.infer<typeof ActionResultSchema>;

import { z } from 'zod';

import { ErrorCodeSchema } from './error-code.ts';
import { REQUEST_ID_PATTERN } from './request-id.ts';
import { UsageSchema } from './usage.ts';

export const STOP_REASONS = ['stop', 'length', 'aborted'] as const;

const ChangedFileSchema = z.object({
  root: z.enum(['project', 'group']).describe('Which directory the path is relative to.'),
  path: z.string().describe('Path relative to the root.'),
  status: z.string().describe('added, modified, deleted or renamed.'),
});

export const DelegationSchema = z.object({
  mode: z.enum(['plan', 'execute']).describe('How the coder worked.'),
  tools: z
    .object({
      total: z.int().min(0).describe('Tool calls in all.'),
      mutating: z.int().min(0).describe('Calls of tools that can change something: write, edit, bash.'),
      failed: z.int().min(0).describe('Calls that failed.'),
      names: z.array(z.string()).describe('Names of the tools called, each once.'),
    })
    .describe('Tool statistics of the delegated run.'),
  changedFiles: z.array(ChangedFileSchema).describe('Files the run changed, by git or by content.'),
  commits: z.array(z.string()).describe('Commits the run made, by hash.'),
});

/** The one answer of a run, printed between the output markers. */
export const ContainerOutputSchema = z
  .object({
    status: z.enum(['success', 'error']).describe('How the run ended.'),
    result: z
      .string()
      .nullable()
      .describe('The answer; null when there is none or it was delivered already.'),
    error: z.string().optional().describe('What went wrong, for people.'),
    streamed: z
      .boolean()
      .optional()
      .describe(
        'With result null on success: the answer went out through messages/ and must not be sent again.',
      ),
    usage: UsageSchema.optional().describe('Tokens and cost, summed over all turns of the run.'),
    errorCode: ErrorCodeSchema.optional(),
    retryable: z.boolean().optional().describe('Whether the same input may succeed when sent again.'),
    retryAfterMs: z.int().min(0).optional().describe('How long to wait before that, in milliseconds.'),
    partial: z.string().optional().describe('Text that was produced before a run failed.'),
    stopReason: z.enum(STOP_REASONS).optional().describe('Why the model stopped.'),
    requestId: z
      .string()
      .regex(REQUEST_ID_PATTERN)
      .describe('The requestId of the input, or the one made for it.'),
    sessionId: z.string().optional().describe("The agent's own session, where it names one."),
    agent: z
      .object({
        name: z.string().describe('pi, claude or codex.'),
        version: z.string().optional().describe('Version of the agent CLI, where known.'),
      })
      .describe('The agent that ran.'),
    durationMs: z.int().min(0).describe('How long the run took, in milliseconds.'),
    schemaVersion: z.literal(1).describe('Version of this contract.'),
    delegation: DelegationSchema.optional().describe('What a delegated coder run did.'),
  })
  .refine((output) => (output.status === 'error') === (output.errorCode !== undefined), {
    error: 'errorCode goes with status "error", and only with it',
  });

export type ContainerOutput = z.infer<typeof ContainerOutputSchema>;

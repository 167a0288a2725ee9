import { z } from 'zod';

const count = z.int().min(0);

/** Usage of a run, summed over its turns. What is unknown is absent, never 0. */
export const UsageSchema = z.object({
  inputTokens: count.optional().describe('Tokens sent, without cache reads and writes.'),
  outputTokens: count.optional().describe('Tokens the model wrote.'),
  totalTokens: count.optional().describe('As the agent reports it, else the sum of the four kinds.'),
  cacheReadTokens: count.optional().describe("Tokens read from the provider's cache."),
  cacheWriteTokens: count.optional().describe("Tokens written to the provider's cache."),
  costUsd: z.number().min(0).optional().describe('Cost in US dollars, by the price list of the agent.'),
  provider: z.string().optional().describe('Model provider of the last turn.'),
  model: z.string().optional().describe('Model of the last turn.'),
  turns: count.optional().describe('Model answers, failed ones not counted.'),
  toolCalls: count.optional().describe('Tool calls that were started.'),
});

export type Usage = z.infer<typeof UsageSchema>;

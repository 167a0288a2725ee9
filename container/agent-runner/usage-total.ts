import type { Usage } from '../../ipc-schemas/index.ts';
import type { UsageIncrement } from './agents/agent.ts';

const SUMMED = [
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'costUsd',
] as const satisfies readonly (keyof UsageIncrement)[];

/** Adds an increment to a total; what neither knows stays absent. */
export function addUsage(total: Usage, increment: UsageIncrement): Usage {
  const sum: Usage = { ...total };
  for (const key of SUMMED) {
    const added = increment[key];
    if (added !== undefined) sum[key] = (sum[key] ?? 0) + added;
  }
  return sum;
}

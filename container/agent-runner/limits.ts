import type { ContainerInput, Usage } from '../../ipc-schemas/index.ts';

/** Names the limit that the usage has passed, with both figures; undefined while none is passed. */
export function findPassedLimit(limits: ContainerInput['limits'], usage: Usage): string | undefined {
  const { maxTotalTokens, maxCostUsd, maxToolCalls } = limits;
  if (maxToolCalls !== undefined && (usage.toolCalls ?? 0) > maxToolCalls) {
    return `the agent called more than ${maxToolCalls} tools (limits.maxToolCalls)`;
  }
  if (maxTotalTokens !== undefined && (usage.totalTokens ?? 0) > maxTotalTokens) {
    return `the run used ${usage.totalTokens} tokens, allowed are ${maxTotalTokens} (limits.maxTotalTokens)`;
  }
  if (maxCostUsd !== undefined && (usage.costUsd ?? 0) > maxCostUsd) {
    return `the run cost $${usage.costUsd}, allowed are $${maxCostUsd} (limits.maxCostUsd)`;
  }
  return undefined;
}

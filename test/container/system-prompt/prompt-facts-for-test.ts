import type { PromptFacts } from '../../../container/agent-runner/system-prompt/build-system-prompt.ts';
import { DEFAULT_PROMPT_BUDGET } from '../../../container/agent-runner/system-prompt/build-system-prompt.ts';
import {
  type ContainerInput,
  type ContainerInputDocument,
  ContainerInputSchema,
} from '../../../ipc-schemas/index.ts';

export const FENCE_ID = 'f3nCe7Qx29LmTz04';

export function inputForTest(fields: Partial<ContainerInputDocument> = {}): ContainerInput {
  return ContainerInputSchema.parse({
    prompt: 'Hello',
    groupFolder: 'family',
    chatJid: 'telegram:123',
    ...fields,
  });
}

export function factsForTest(
  fields: Partial<ContainerInputDocument> = {},
  facts: Partial<Omit<PromptFacts, 'input'>> = {},
): PromptFacts {
  return {
    input: inputForTest(fields),
    requestId: '01K0000000000000000000TEST',
    tools: ['read', 'bash', 'edit', 'write'],
    delegateTool: undefined,
    files: [],
    paths: {
      groupDir: '/workspace/group',
      projectDir: undefined,
      globalDir: '/workspace/global',
      ipcDir: '/workspace/ipc',
    },
    hasMemoryTool: true,
    fenceId: FENCE_ID,
    now: new Date('2026-03-08T20:30:00Z'),
    timeZone: 'Europe/Berlin',
    budget: DEFAULT_PROMPT_BUDGET,
    ...facts,
  };
}

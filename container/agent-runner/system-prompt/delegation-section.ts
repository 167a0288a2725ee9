import type { PromptFacts } from './prompt-facts.ts';

type CodingHint = PromptFacts['input']['codingHint'];
type DelegateMode = 'plan' | 'execute';

const FORCED_MODE: Record<CodingHint, DelegateMode | undefined> = {
  none: undefined,
  auto: undefined,
  force_delegate: 'execute',
  force_delegate_execute: 'execute',
  force_delegate_plan: 'plan',
};

const INSTEAD: Record<DelegateMode, string> = {
  execute:
    'The host asked for this work to be delegated, but delegation is not available in this run. Tell the user so and do the work directly.',
  plan: 'The host asked for a delegated plan, but delegation is not available in this run. Tell the user so, change no files, and answer with a plan of your own.',
};

/**
 * States whether coding work is to be handed to the delegate tool, by the host's hint.
 *
 * Delegation is possible in the main chat, outside scheduled runs, when the tool is loaded. Nothing where
 * there is nothing to decide.
 */
export function delegationSection({ input, delegateTool }: PromptFacts): string | undefined {
  const tool = input.isMain && !input.isScheduledTask ? delegateTool : undefined;
  const advice = delegationAdvice(input.codingHint, tool);
  return advice === undefined ? undefined : `## Delegation\n\n${advice}`;
}

function delegationAdvice(hint: CodingHint, tool: string | undefined): string | undefined {
  const mode = FORCED_MODE[hint];
  if (mode !== undefined) return tool === undefined ? INSTEAD[mode] : mustDelegate(tool, mode);
  return hint === 'auto' && tool !== undefined ? mayDelegate(tool) : undefined;
}

function mustDelegate(tool: string, mode: DelegateMode): string {
  return `This request must be delegated. Call \`${tool}\` exactly once, with mode "${mode}" and the whole task, including what it needs to know from this chat. Do not do the work yourself. Then report its result to the user, a failure too.`;
}

function mayDelegate(tool: string): string {
  return `You may hand substantial coding work, such as a change over several files, to \`${tool}\` with mode "execute", or "plan" for a plan only. Do small changes yourself. Tell the user what the delegated run did.`;
}

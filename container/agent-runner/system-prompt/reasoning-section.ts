import type { ContainerInput } from '../../../ipc-schemas/index.ts';

const ADVICE = {
  on: 'Begin the answer with a short part headed "Reasoning:", a few sentences on how you got there; then the answer.',
  stream:
    'Your reasoning is shown to the user separately while it happens. Leave it out of the answer itself.',
  off: 'Keep your reasoning to yourself. The answer holds results, and reasons only where the user needs them.',
} as const;

/** Says how much reasoning the user sees; nothing where the host did not say. */
export function reasoningSection({ reasoningLevel }: ContainerInput): string | undefined {
  return reasoningLevel === undefined ? undefined : `## Reasoning\n\n${ADVICE[reasoningLevel]}`;
}

import { TurnboxError } from '../../../ipc-schemas/index.ts';
import { delegationSection } from './delegation-section.ts';
import {
  fitFilesSection,
  fitHostSection,
  fitMemorySection,
  type PromptCut,
  type PromptSection,
  SEPARATOR,
} from './fit-sections.ts';
import { identitySection } from './identity-section.ts';
import { messagingSection } from './messaging-section.ts';
import { metadataSection } from './metadata-section.ts';
import { outputStyleSection } from './output-style-section.ts';
import type { PromptBudget, PromptFacts } from './prompt-facts.ts';
import { reasoningSection } from './reasoning-section.ts';
import { safetySection } from './safety-section.ts';
import { toolingSection } from './tooling-section.ts';
import { workspaceSection } from './workspace-section.ts';

export type { PromptBudget, PromptFacts, PromptFile } from './prompt-facts.ts';

export const DEFAULT_PROMPT_BUDGET: PromptBudget = {
  fileMaxChars: 12_000,
  totalMaxChars: 48_000,
  memoryMaxChars: 20_000,
};

/** What the prompt consists of, in UTF-16 code units. */
export interface PromptReport {
  chars: number;
  /** In the order of the prompt; what stands between them is not counted. */
  sections: { name: string; chars: number }[];
  cuts: PromptCut[];
}

/**
 * Builds the text that is appended to the agent's system prompt, and a report of what is in it.
 *
 * The fixed sections are always whole. The rest of `totalMaxChars` goes to the host's section, then to
 * retrieved memory, then to the workspace files in their order; so the text is within it whenever the fixed
 * sections are. Throws INTERNAL for a fenceId that is not letters and digits.
 */
export function buildSystemPrompt(facts: PromptFacts): { text: string; report: PromptReport } {
  if (!/^[A-Za-z0-9]+$/.test(facts.fenceId)) {
    throw new TurnboxError('INTERNAL', `fenceId: expected letters and digits, found "${facts.fenceId}"`);
  }
  const opening = openingSections(facts);
  const closing = closingSections(facts);
  const roomBeside = (...sections: (PromptSection | undefined)[]): number =>
    facts.budget.totalMaxChars - joinedLength([...opening, ...closing, ...sections]) - SEPARATOR.length;

  const host = fitHostSection(facts.input.extraSystemPrompt, roomBeside());
  const memory = fitMemorySection(facts, roomBeside(host.section));
  const files = fitFilesSection(facts, roomBeside(host.section, memory.section));

  const sections = [...opening, host.section, ...closing, files.section, memory.section].filter(isPresent);
  const text = sections.map((section) => section.text).join(SEPARATOR);
  return {
    text,
    report: {
      chars: text.length,
      sections: sections.map((section) => ({ name: section.name, chars: section.text.length })),
      cuts: [...host.cuts, ...files.cuts, ...memory.cuts],
    },
  };
}

function openingSections(facts: PromptFacts): PromptSection[] {
  return [
    section('identity', identitySection(facts.input)),
    section('safety', safetySection(facts.fenceId)),
    section('metadata', metadataSection(facts)),
  ].filter(isPresent);
}

function closingSections(facts: PromptFacts): PromptSection[] {
  const always = [section('tooling', toolingSection(facts)), section('workspace', workspaceSection(facts))];
  const forChat = [
    section('reasoning', reasoningSection(facts.input)),
    section('delegation', delegationSection(facts)),
    section('messaging', messagingSection(facts)),
    section('output_style', outputStyleSection()),
  ];
  return (facts.input.isScheduledTask ? always : [...always, ...forChat]).filter(isPresent);
}

function section(name: string, text: string | undefined): PromptSection | undefined {
  return text === undefined ? undefined : { name, text: text.toWellFormed() };
}

function joinedLength(sections: readonly (PromptSection | undefined)[]): number {
  return sections
    .filter(isPresent)
    .map((present) => present.text)
    .join(SEPARATOR).length;
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

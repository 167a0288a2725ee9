import { cutText } from './cut-text.ts';
import { cleanForFence, fenceData } from './fence-data.ts';
import type { PromptFacts, PromptFile } from './prompt-facts.ts';

/** A named part of the prompt. */
export interface PromptSection {
  readonly name: string;
  readonly text: string;
}

/** What was shortened: how long the text was, and how much of it is shown, 0 when it was dropped. */
export interface PromptCut {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A section as far as it fits, and what that cost. */
export interface FittedSection {
  readonly section: PromptSection | undefined;
  readonly cuts: readonly PromptCut[];
}

/** Stands between two sections and between the parts of one. */
export const SEPARATOR = '\n\n';

const HOST_HEADING = '## From the host\n\n';
const FILES_HEADING =
  '## Workspace files\n\nAs they were when the run began. What is cut or missing here can be read in its directory.';
const MEMORY_HEADING = '## Retrieved memory\n\nFound by the host for this message; it may be out of date.';

/** Gives the host's own section in at most `maxChars`. */
export function fitHostSection(text: string, maxChars: number): FittedSection {
  const whole = text.trim().toWellFormed();
  if (whole === '') return { section: undefined, cuts: [] };
  const cut = cutText(whole, maxChars - HOST_HEADING.length);
  return {
    section: cut.text === '' ? undefined : { name: 'host', text: HOST_HEADING + cut.text },
    cuts: cut.isCut ? [{ name: 'host', from: whole.length, to: cut.shownChars }] : [],
  };
}

/** Gives the memory that the host retrieved, fenced, in at most `maxChars`. */
export function fitMemorySection({ input, fenceId, budget }: PromptFacts, maxChars: number): FittedSection {
  const memory = { label: 'retrieved memory', text: input.memoryContext, isCut: false };
  const part = fitPart(memory, fenceId, {
    text: budget.memoryMaxChars,
    whole: maxChars - MEMORY_HEADING.length - SEPARATOR.length,
  });
  const text = part.text === '' ? undefined : MEMORY_HEADING + SEPARATOR + part.text;
  return { section: text === undefined ? undefined : { name: 'memory', text }, cuts: part.cuts };
}

/** Gives the workspace files, each fenced, in at most `maxChars`: what is too much goes from the end of the list. */
export function fitFilesSection({ files, fenceId, budget }: PromptFacts, maxChars: number): FittedSection {
  let text = FILES_HEADING;
  let isFull = false;
  const cuts: PromptCut[] = [];
  for (const file of files) {
    const room = isFull ? 0 : maxChars - text.length - SEPARATOR.length;
    const part = fitPart(file, fenceId, { text: budget.fileMaxChars, whole: room });
    cuts.push(...part.cuts);
    if (part.text !== '') text += SEPARATOR + part.text;
    // A short file far down the list must not overtake a long one above it.
    isFull ||= part.isSqueezed;
  }
  const isEmpty = text === FILES_HEADING;
  return { section: isEmpty ? undefined : { name: 'workspace_files', text }, cuts };
}

interface FittedPart {
  readonly text: string;
  readonly cuts: readonly PromptCut[];
  /** Whether the whole had less room than the text was allowed. */
  readonly isSqueezed: boolean;
}

function fitPart(file: PromptFile, fenceId: string, max: { text: number; whole: number }): FittedPart {
  const clean = cleanForFence(file.text, fenceId);
  if (clean === '') return { text: '', cuts: [], isSqueezed: false };
  const room = max.whole - fenceData('', file.label, fenceId).length;
  const cut = cutText(clean, Math.min(max.text, room), file.isCut);
  return {
    text: cut.text === '' ? '' : fenceData(cut.text, file.label, fenceId),
    cuts: cut.isCut ? [{ name: file.label, from: clean.length, to: cut.shownChars }] : [],
    isSqueezed: cut.shownChars < cutText(clean, max.text, file.isCut).shownChars,
  };
}

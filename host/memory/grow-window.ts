import type { ReadPassage, StoredPassage } from './read-passages.ts';
import type { Place } from './place.ts';
import type { Scores } from './score-passages.ts';
import { MAX_SNIPPET_LENGTH } from './split-block.ts';

/** Neighbouring passages that fit one hit. */
export interface Window {
  /** The passage it was grown from. */
  readonly best: StoredPassage;
  readonly passages: readonly StoredPassage[];
  readonly snippet: string;
  /** More for several good passages than for one, but most for a very good one. */
  readonly score: number;
}

/** What a window is grown with. */
export interface Growing {
  readonly readPassage: ReadPassage;
  readonly scores: Scores;
  /** Whether a passage must stay out. */
  readonly isTaken: (place: Place) => boolean;
}

const NORM = 2.5;

/** Grows a window from a passage: it takes in the neighbour that scores better for as long as one fits. */
export function growWindow({ readPassage, scores, isTaken }: Growing, place: Place): Window | undefined {
  const best = readPassage(place);
  if (best === undefined) return undefined;
  const passages = [best];
  let first = best;
  let last = best;
  let length = joinedText(undefined, best).length;
  const neighbour = (position: number): StoredPassage | undefined => {
    const at = { track: place.track, position };
    return isTaken(at) ? undefined : readPassage(at);
  };
  for (;;) {
    const before = neighbour(first.position - 1);
    const after = neighbour(last.position + 1);
    const lengthBefore = before === undefined ? Infinity : length + lengthAdded(before, first);
    const lengthAfter = after === undefined ? Infinity : length + joinedText(last, after).length;
    const scoreBefore = before && lengthBefore <= MAX_SNIPPET_LENGTH ? scores.scoreAt(before) : -1;
    const scoreAfter = after && lengthAfter <= MAX_SNIPPET_LENGTH ? scores.scoreAt(after) : -1;
    // Where neither says anything, the later one: what follows explains more often than what came before.
    if (after !== undefined && scoreAfter >= 0 && scoreAfter >= scoreBefore) {
      passages.push((last = after));
      length = lengthAfter;
    } else if (before !== undefined && scoreBefore >= 0) {
      passages.unshift((first = before));
      length = lengthBefore;
    } else return { best, passages, snippet: joinPassages(passages), score: scoreTogether(passages, scores) };
  }
}

/** How much longer a text becomes with a passage before its first. */
function lengthAdded(before: StoredPassage, first: StoredPassage): number {
  return (
    joinedText(undefined, before).length +
    joinedText(before, first).length -
    joinedText(undefined, first).length
  );
}

function scoreTogether(passages: readonly StoredPassage[], scores: Scores): number {
  return passages.reduce((sum, passage) => sum + scores.scoreAt(passage) ** NORM, 0) ** (1 / NORM);
}

function joinPassages(passages: readonly StoredPassage[]): string {
  return passages.map((passage, index) => joinedText(passages[index - 1], passage)).join('');
}

/** Gives a passage as it stands after another in its source; in a chat, each message with its sender. */
function joinedText(previous: StoredPassage | undefined, passage: StoredPassage): string {
  const isOpening = passage.message !== null && passage.message !== previous?.message;
  const sender = isOpening ? `${passage.sender_name ?? ''}: ` : '';
  return (previous === undefined ? '' : gapBetween(previous, passage)) + sender + passage.text;
}

function gapBetween(previous: StoredPassage, next: StoredPassage): string {
  if (previous.message !== next.message) return '\n';
  if (next.start_line <= previous.end_line) return '';
  return next.start_line === previous.end_line + 1 ? '\n' : '\n\n';
}

import { type Growing, growWindow, type Window } from './grow-window.ts';
import { createPassageReader } from './read-passages.ts';
import type { MemoryStore } from './memory-store.ts';
import { type Place, placeKey } from './place.ts';
import type { Scores } from './score-passages.ts';

/** So many of the best passages are grown, and the best of what they become is taken. */
const MIN_SEEDS = 40;
const SEEDS_PER_WINDOW = 4;

/** Gives the best windows, best first: no passage is in two of them, and no two show the same text. */
export function selectWindows(store: MemoryStore, scores: Scores, count: number): Window[] {
  const taken = new Set<number>();
  const shown = new Set<string>();
  const growing: Growing = {
    readPassage: createPassageReader(store),
    scores,
    isTaken: (place) => taken.has(placeKey(place)),
  };
  const seeds = scores.ranked.slice(0, Math.max(MIN_SEEDS, count * SEEDS_PER_WINDOW));
  const grown = new Map<Place, Window>();
  const selected: Window[] = [];
  while (selected.length < count) {
    const window = findBest(growing, seeds, grown);
    if (window === undefined) return selected;
    const texts = [window.best.text, window.snippet].map((text) => text.replace(/\s+/gu, ' ').trim());
    if (texts.some((text) => shown.has(text))) {
      // A copy, in another file perhaps: its neighbours may still say something new.
      taken.add(placeKey(window.best));
      continue;
    }
    selected.push(window);
    for (const passage of window.passages) {
      taken.add(placeKey(passage));
      shown.add(passage.text.replace(/\s+/gu, ' ').trim());
    }
    shown.add(texts[1] ?? '');
  }
  return selected;
}

function findBest(growing: Growing, seeds: readonly Place[], grown: Map<Place, Window>): Window | undefined {
  let best: Window | undefined;
  for (const seed of seeds) {
    if (growing.isTaken(seed)) continue;
    const before = grown.get(seed);
    const isStale = before?.passages.some((passage) => growing.isTaken(passage)) ?? true;
    const window = isStale ? growWindow(growing, seed) : before;
    if (window === undefined) continue;
    grown.set(seed, window);
    if (best === undefined || window.score > best.score) best = window;
  }
  return best;
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openMemory } from '../../../host/memory/open-memory.ts';
import { readQuestions, readTexts } from './recall.ts';

export interface MemorySpeed {
  readonly passages: number;
  readonly searchP50Ms: number;
  readonly searchP99Ms: number;
  /** A search after one file has changed, less a search after none has. */
  readonly refreshP50Ms: number;
  readonly indexMs: number;
}

const FILES = 500;
const SEARCHES = 300;
const REFRESHES = 40;
const PARAGRAPH_WORDS = 28;

/**
 * Measures a group with so many passages: documents whose words have the frequencies of the bench's own texts, and
 * that text's questions.
 */
export async function measureMemorySpeed(passages = 20_000): Promise<MemorySpeed> {
  const dataDir = await mkdtemp(join(tmpdir(), 'turnbox-speed-'));
  try {
    const directory = join(dataDir, 'groups', 'bench', 'memory');
    await mkdir(directory, { recursive: true });
    const write = await createWriter(passages / FILES);
    for (let file = 0; file < FILES; file += 1)
      await writeFile(join(directory, `day-${file}.md`), write(file));
    await using memory = await openMemory({ dataDir });
    const questions = (await readQuestions()).filter(({ language }) => language === 'en');
    const search = async (index: number): Promise<number> => {
      const query = questions[index % questions.length]?.question ?? '';
      const startedMs = performance.now();
      await memory.search({ groupFolder: 'bench', query });
      return performance.now() - startedMs;
    };
    const indexMs = await search(0);
    const searches = await collect(SEARCHES, search);
    const refreshes = await collect(REFRESHES, async (index) => {
      await writeFile(join(directory, `day-${index}.md`), write(index + FILES));
      return (await search(index)) - (await search(index));
    });
    return {
      passages,
      searchP50Ms: quantile(searches, 0.5),
      searchP99Ms: quantile(searches, 0.99),
      refreshP50Ms: quantile(refreshes, 0.5),
      indexMs,
    };
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

async function createWriter(paragraphs: number): Promise<(file: number) => string> {
  const texts = [...(await readTexts()).values()].join(' ');
  // A tenth of all words is made up, so that the vocabulary grows with the text as it does in life.
  const words = texts.match(/[A-Za-z]+/gu) ?? [];
  const random = startRandom(7);
  const word = (): string =>
    random() < 0.9
      ? (words[Math.floor(random() * words.length)] ?? '')
      : Math.floor(random() * 1e6).toString(36);
  const paragraph = (): string => Array.from({ length: PARAGRAPH_WORDS }, word).join(' ');
  return (file) =>
    `# Day ${file}\n\n${Array.from({ length: paragraphs }, () => `**Nora:** ${paragraph()}.`).join('\n\n')}\n`;
}

/** The same numbers from 0 to 1 on every run (a linear congruence, Numerical Recipes). */
function startRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function collect(count: number, measure: (index: number) => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) samples.push(await measure(index));
  return samples;
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openMemory } from '../../../host/memory/open-memory.ts';
import { createChunkSearch } from './chunk-search.ts';

/** A question about the texts, with what its answer stands in: each a part of exactly one paragraph. */
export interface Question {
  readonly language: string;
  readonly question: string;
  readonly evidence: readonly string[];
}

export interface Recall {
  /** Share of all evidence that stands in the hits. */
  readonly overall: number;
  readonly byLanguage: Record<string, number>;
  readonly questions: number;
}

/** Gives the passages found for a question. */
type FindPassages = (question: string, topK: number) => Promise<readonly string[]>;

const TOP_K = 8;
const TEXTS_DIR = join(import.meta.dirname, 'texts');

export async function readQuestions(): Promise<readonly Question[]> {
  const text = await readFile(join(import.meta.dirname, 'questions.json'), 'utf8');
  return JSON.parse(text) as Question[];
}

/** The texts as they lie in a group's directory: path and content. */
export async function readTexts(): Promise<ReadonlyMap<string, string>> {
  const paths = (await readdir(TEXTS_DIR, { recursive: true })).filter((path) => path.endsWith('.md'));
  const entries = paths.sort().map(async (path): Promise<[string, string]> => {
    return [path, await readFile(join(TEXTS_DIR, path), 'utf8')];
  });
  return new Map(await Promise.all(entries));
}

/** Measures the share of evidence that the memory finds in so many hits of at most 800 characters a question. */
export async function measureRecall(topK = TOP_K): Promise<Recall> {
  const dataDir = await mkdtemp(join(tmpdir(), 'turnbox-recall-'));
  try {
    await cp(TEXTS_DIR, join(dataDir, 'groups', 'bench'), { recursive: true });
    await using memory = await openMemory({ dataDir });
    return await ask(async (query, count) => {
      const { hits } = await memory.search({ groupFolder: 'bench', query, topK: count });
      return hits.map(({ snippet }) => snippet);
    }, topK);
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

/** The same questions put to FTS5 as it comes: bm25 over chunks of paragraphs up to 800 characters. */
export async function measureBaselineRecall(topK = TOP_K, tokenizer = 'unicode61'): Promise<Recall> {
  using search = createChunkSearch(await readTexts(), tokenizer);
  return await ask((query, count) => Promise.resolve(search.find(query, count)), topK);
}

async function ask(find: FindPassages, topK: number): Promise<Recall> {
  const questions = await readQuestions();
  const tallies = new Map<string, Tally>();
  for (const { language, question, evidence } of questions) {
    const passages = await find(question, topK);
    const tally = tallies.get(language) ?? { found: 0, all: 0 };
    tally.all += evidence.length;
    tally.found += evidence.filter((part) => passages.some((passage) => passage.includes(part))).length;
    tallies.set(language, tally);
  }
  return {
    overall: shareOf([...tallies.values()]),
    byLanguage: Object.fromEntries([...tallies].map(([language, tally]) => [language, shareOf([tally])])),
    questions: questions.length,
  };
}

interface Tally {
  found: number;
  all: number;
}

function shareOf(tallies: readonly Tally[]): number {
  const found = tallies.reduce((sum, tally) => sum + tally.found, 0);
  return found / tallies.reduce((sum, tally) => sum + tally.all, 0);
}

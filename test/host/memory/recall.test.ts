import { describe, expect, test } from 'vitest';

import { measureBaselineRecall, measureRecall, readQuestions, readTexts } from '../../bench/memory/recall.ts';

describe('the labelled questions', () => {
  test('each have evidence that stands in exactly one paragraph', async () => {
    const paragraphs = [...(await readTexts()).values()].flatMap((text) => text.split(/\n\n+|\n(?=- )/u));
    const questions = await readQuestions();
    const counts = questions.flatMap(({ evidence }) =>
      evidence.map((part) => [part, paragraphs.filter((paragraph) => paragraph.includes(part)).length]),
    );

    expect(questions.length).toBeGreaterThan(150);
    expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
  });

  test('are answered better than by bm25 over chunks', async () => {
    const ours = await measureRecall();
    const baseline = await measureBaselineRecall();

    expect(ours.overall).toBeGreaterThan(0.9);
    expect(ours.byLanguage['en']).toBeGreaterThan((baseline.byLanguage['en'] ?? 1) + 0.05);
  });
});

import { describe, expect, it } from 'vitest';

import {
  buildSystemPrompt,
  DEFAULT_PROMPT_BUDGET,
  type PromptFile,
} from '../../../container/agent-runner/system-prompt/build-system-prompt.ts';
import { factsForTest } from './prompt-facts-for-test.ts';

const fixedChars = buildSystemPrompt(factsForTest()).text.length;

function file(name: string, text: string, isCut = false): PromptFile {
  return { label: `group/${name}`, text, isCut };
}

describe('the budget of a file', () => {
  it('leaves room for the mark and reports the cut', () => {
    const files = [file('SOUL.md', 'x'.repeat(30_000))];
    const { text, report } = buildSystemPrompt(factsForTest({}, { files }));
    const mark = '\n[… cut: 11959 of 30000 characters shown]';

    expect(text).toContain(`>>>\n${'x'.repeat(11_959)}${mark}\n<<<end data`);
    expect(11_959 + mark.length).toBeLessThanOrEqual(DEFAULT_PROMPT_BUDGET.fileMaxChars);
    expect(report.cuts).toEqual([{ name: 'group/SOUL.md', from: 30_000, to: 11_959 }]);
  });

  it('leaves a file of just its size whole', () => {
    const files = [file('SOUL.md', 'x'.repeat(12_000))];

    expect(buildSystemPrompt(factsForTest({}, { files })).report.cuts).toEqual([]);
  });

  it('marks a file that was not read to its end, and goes on after it', () => {
    const files = [file('SOUL.md', 'begin', true), file('MEMORY.md', 'whole')];
    const { text, report } = buildSystemPrompt(factsForTest({}, { files }));

    expect(text).toContain('begin\n[… cut: 5 of more than 5 characters shown]');
    expect(text).toContain('>>>\nwhole\n<<<end');
    expect(report.cuts).toEqual([{ name: 'group/SOUL.md', from: 5, to: 5 }]);
  });
});

describe('the budget of memory', () => {
  it('cuts it by itself', () => {
    const budget = { ...DEFAULT_PROMPT_BUDGET, memoryMaxChars: 100 };
    const { text, report } = buildSystemPrompt(factsForTest({ memoryContext: 'm'.repeat(500) }, { budget }));

    expect(text).toContain(`>>>\n${'m'.repeat(63)}\n[… cut: 63 of 500 characters shown]\n<<<end`);
    expect(report.cuts).toEqual([{ name: 'retrieved memory', from: 500, to: 63 }]);
  });
});

describe('the whole budget', () => {
  it('drops files from the end of the list, and a short one does not overtake', () => {
    const files = [
      file('AGENTS.md', 'a'.repeat(500)),
      file('SOUL.md', 'b'.repeat(500)),
      file('USER.md', 'c'),
    ];
    const budget = { ...DEFAULT_PROMPT_BUDGET, totalMaxChars: fixedChars + 1_000 };
    const { text, report } = buildSystemPrompt(factsForTest({}, { files, budget }));

    expect(text).toContain(`>>>\n${'a'.repeat(500)}\n<<<end`);
    expect(report.cuts).toEqual([
      { name: 'group/SOUL.md', from: 500, to: expect.any(Number) },
      { name: 'group/USER.md', from: 1, to: 0 },
    ]);
    expect(report.cuts[0]?.to).toBeGreaterThan(0);
  });

  it('goes to the host first, then to memory, then to files', () => {
    const fields = { extraSystemPrompt: 'h'.repeat(1_000), memoryContext: 'm'.repeat(1_000) };
    const files = [file('SOUL.md', 's'.repeat(1_000))];
    const cutNames = (more: number): string[] => {
      const budget = { ...DEFAULT_PROMPT_BUDGET, totalMaxChars: fixedChars + more };
      return buildSystemPrompt(factsForTest(fields, { files, budget })).report.cuts.map((cut) => cut.name);
    };

    expect(cutNames(3_600)).toEqual([]);
    expect(cutNames(3_000)).toEqual(['group/SOUL.md']);
    expect(cutNames(2_000)).toEqual(['group/SOUL.md', 'retrieved memory']);
    expect(cutNames(900)).toEqual(['host', 'group/SOUL.md', 'retrieved memory']);
  });

  it('drops all but the fixed sections when even these do not fit', () => {
    const fields = { extraSystemPrompt: 'host', memoryContext: 'memory' };
    const budget = { ...DEFAULT_PROMPT_BUDGET, totalMaxChars: 10 };
    const { text, report } = buildSystemPrompt(
      factsForTest(fields, { files: [file('SOUL.md', 'soul')], budget }),
    );

    expect(text).toHaveLength(fixedChars);
    expect(report.cuts).toEqual([
      { name: 'host', from: 4, to: 0 },
      { name: 'group/SOUL.md', from: 4, to: 0 },
      { name: 'retrieved memory', from: 6, to: 0 },
    ]);
  });

  it('is kept at every size, and no code point is split', () => {
    const fields = { extraSystemPrompt: 'h😀'.repeat(150), memoryContext: '😀'.repeat(400) };
    const files = [
      file('SOUL.md', '😀'.repeat(300)),
      file('USER.md', 'é😀x'.repeat(100)),
      file('TOOLS.md', 'x😀'.repeat(100), true),
    ];
    for (let more = 0; more < 4_000; more += 3) {
      const budget = {
        totalMaxChars: fixedChars + more,
        fileMaxChars: 1 + ((more * 7) % 700),
        memoryMaxChars: 1 + ((more * 11) % 900),
      };
      const { text, report } = buildSystemPrompt(factsForTest(fields, { files, budget }));
      const marks = text.match(/\[… cut: \d+ of (more than )?\d+ characters shown\]/g) ?? [];

      expect(text.length).toBeLessThanOrEqual(budget.totalMaxChars);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toContain('\ufffd');
      expect(report.chars).toBe(text.length);
      expect(marks).toHaveLength(report.cuts.filter((cut) => cut.to > 0).length);
    }
  });
});

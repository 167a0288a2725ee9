import { describe, expect, test } from 'vitest';

import { pickGlyphs } from '../../../host/cli/glyphs.ts';
import { parseLineRange } from '../../../host/cli/memory/parse-line-range.ts';
import { type HitPlace, renderHits } from '../../../host/cli/memory/render-hits.ts';
import { pickStyle } from '../../../host/cli/style.ts';
import { widthOf, wrapToWidth } from '../../../host/cli/text-width.ts';
import type { MemoryHit } from '../../../host/memory/search-index.ts';

const DOCUMENT: MemoryHit = {
  source: 'memory_doc',
  score: 1.5,
  groupFolder: 'family',
  title: 'Home › Doors',
  snippet: 'The door code is 4711.\n\n- the key lies\n  under the blue pot\n',
  path: 'MEMORY.md',
  startLine: 5,
  endLine: 8,
};

const MESSAGE: MemoryHit = {
  source: 'session_transcript',
  score: 0.25,
  groupFolder: 'family',
  title: '2025-05-01',
  snippet: 'Anna: the garden door sticks.',
  chatJid: 'tg:1',
  senderName: 'Anna',
  timestamp: '2025-05-01T18:03:07.000Z',
};

function place(columns?: number): HitPlace {
  return {
    sink: { isTerminal: columns !== undefined, columns: columns ?? 80, style: pickStyle(false, {}) },
    glyphs: pickGlyphs({ LANG: 'C.UTF-8' }),
    groupFolder: 'family',
  };
}

describe('renderHits', () => {
  test('numbers the hits, each with where it stands, its title, its score and its passage', () => {
    expect(renderHits([DOCUMENT, MESSAGE], place())).toBe(
      [
        '1. MEMORY.md:5-8 · Home › Doors · score 1.500',
        '   The door code is 4711.',
        '',
        '   - the key lies',
        '     under the blue pot',
        '',
        '2. 2025-05-01 18:03 UTC · Anna · tg:1 · score 0.250',
        '   Anna: the garden door sticks.',
        '',
      ].join('\n'),
    );
  });

  test('names the group of a hit that is of another one, and a single line once', () => {
    const hit = { ...DOCUMENT, groupFolder: 'global', endLine: 5, title: '' };

    expect(renderHits([hit], place())).toMatch(/^1\. MEMORY\.md:5 \(global\) · score 1\.500\n/);
  });

  test('aligns the numbers where there are ten hits or more', () => {
    const lines = renderHits(
      Array.from({ length: 10 }, () => MESSAGE),
      place(),
    ).split('\n');

    expect([lines[0]?.slice(0, 8), lines[1], lines.at(-3)?.slice(0, 8)]).toEqual([
      ' 1. 2025',
      '    Anna: the garden door sticks.',
      '10. 2025',
    ]);
  });

  test('breaks and cuts lines to the width of a terminal, of which no word is lost', () => {
    const snippet = `${'a door '.repeat(40)}\n${'庭の扉'.repeat(30)}`;
    const hit = { ...DOCUMENT, title: 'long '.repeat(30), path: `memory/${'x'.repeat(60)}.md`, snippet };
    const lines = renderHits([hit], place(40)).trimEnd().split('\n');

    expect(Math.max(...lines.map((line) => widthOf(line)))).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^1\. memory\/x+… · score 1\.500$/);
    expect(lines.slice(1).join('').replaceAll(' ', '')).toBe(snippet.replaceAll(/\s/g, ''));
  });

  test('leaves nothing in that a terminal would obey', () => {
    const evil = '\u001b[2J\u009b31m\r\u0007';
    const hit = { ...DOCUMENT, title: `t${evil}t`, path: `memory/${evil}a.md`, snippet: `${evil}\ttext` };
    const text = renderHits([hit, { ...MESSAGE, senderName: evil, chatJid: evil, timestamp: evil }], place());

    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(text.split('\n').slice(0, 2)).toEqual([
      '1. memory/[2J31m a.md:5-8 · t[2J31m t · score 1.500',
      '   [2J31m    text',
    ]);
  });
});

test.each([
  ['one two three', 8, ['one two', 'three']],
  ['  - one two', 7, ['  - one', 'two']],
  ['abcdefghij kl', 4, ['abcd', 'efgh', 'ij', 'kl']],
  ['ab 庭の扉の前', 6, ['ab 庭', 'の扉の', '前']],
  ['', 5, ['']],
  ['short', Infinity, ['short']],
])('wrapToWidth(%j, %d) is %j', (line, maxCells, expected) => {
  expect(wrapToWidth(line, maxCells)).toEqual(expected);
});

test.each([
  ['10:20', { startLine: 10, endLine: 20 }],
  ['3:3', { startLine: 3, endLine: 3 }],
  ['0:3', undefined],
  ['5:2', undefined],
  ['5', undefined],
  ['5:', undefined],
  ['1:2:3', undefined],
  ['-1:2', undefined],
  ['1.5:2', undefined],
  ['', undefined],
])('parseLineRange(%j) is %j', (text, expected) => {
  expect(parseLineRange(text)).toEqual(expected);
});

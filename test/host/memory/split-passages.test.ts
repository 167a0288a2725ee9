import { describe, expect, test } from 'vitest';

import { splitPassages } from '../../../host/memory/split-passages.ts';
import { randomText, startRandom } from '../../ipc-schemas/random.ts';

const outline = (text: string): string[][] =>
  splitPassages(text).map((section) =>
    section.map((passage) => `${passage.startLine}-${passage.endLine} ${passage.title} | ${passage.text}`),
  );

describe('splitPassages', () => {
  test('makes a section of each heading of the first and second level', () => {
    expect(outline('intro\n\n# A\n\none\ntwo\n\n## B ##\nthree\n### C\nfour\n\n# D\n')).toEqual([
      ['1-1  | intro'],
      ['5-6 A | one\ntwo'],
      ['9-9 A › B | three', '10-10 A › B › C | ### C', '11-11 A › B › C | four'],
      ['13-13 D | # D'],
    ]);
  });

  test('takes list items and turns as passages of their own', () => {
    expect(outline('- one\n  more\n- two\n\nAna: hello\nBen: hi\nthere\n\n**Cy:** yes\n健太：はい')).toEqual([
      [
        '1-2  | - one\n  more',
        '3-3  | - two',
        '5-5  | Ana: hello',
        '6-7  | Ben: hi\nthere',
        '9-9  | **Cy:** yes',
        '10-10  | 健太：はい',
      ],
    ]);
  });

  test.each([
    ['**Ana:** hello', 'Ana'],
    ['**Ana**: hello', 'Ana'],
    ['[10:30] Ana B. (she): hello', 'Ana B.'],
    ['- Ana: hello', 'Ana'],
    ['**健太:** はい', '健太'],
    ['hello: there', ''],
    ['Https://example.org', ''],
  ])('reads the speaker of %j', (text, speaker) => {
    expect(
      splitPassages(text)
        .flat()
        .map((passage) => passage.speaker),
    ).toEqual([speaker]);
  });

  test('takes a line that is a date as a heading', () => {
    expect(outline('# Log\n\nDate: 1:56 pm on 8 May, 2023\n\nAna: hello')[0]?.[1]).toBe(
      '5-5 Log › Date: 1:56 pm on 8 May, 2023 | Ana: hello',
    );
  });

  test('keeps fenced code together and takes no heading from it', () => {
    expect(outline('```\n# not a heading\n\n- no item\n```')).toEqual([
      ['1-5  | ```\n# not a heading\n\n- no item\n```'],
    ]);
  });

  test('has each line that is not blank in a passage of at most 800 characters, for any text', () => {
    const random = startRandom(3);
    const alphabet = [
      '\n',
      '\n\n',
      '# ',
      '## ',
      '### ',
      '- ',
      'Ana: ',
      '```',
      'word. ',
      '。',
      '🦩',
      'x'.repeat(500),
    ];
    for (let round = 0; round < 300; round += 1) {
      const text = randomText(random, alphabet, 40);
      const passages = splitPassages(text).flat();
      const kept = passages
        .map((passage) => passage.text)
        .join('')
        .replace(/\s/gu, '');

      expect(passages.every((passage) => passage.text.length <= 800 && passage.text.isWellFormed())).toBe(
        true,
      );
      for (const line of text.split('\n').filter((part) => !/^\s*#/u.test(part)))
        for (const word of line.split(/\s+/u).filter((part) => part.length < 300))
          expect(kept).toContain(word);
    }
  });
});

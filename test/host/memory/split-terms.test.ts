import { describe, expect, test } from 'vitest';

import { stemEnglish } from '../../../host/memory/stem-english.ts';
import { createTermSplitter } from '../../../host/memory/split-terms.ts';
import { randomText, startRandom } from '../../ipc-schemas/random.ts';

describe('stemEnglish', () => {
  test.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['cats', 'cat'],
    ['agreed', 'agre'],
    ['plastered', 'plaster'],
    ['motoring', 'motor'],
    ['sing', 'sing'],
    ['conflated', 'conflat'],
    ['hopping', 'hop'],
    ['falling', 'fall'],
    ['filing', 'file'],
    ['happy', 'happi'],
    ['sky', 'sky'],
    ['relational', 'relat'],
    ['vietnamization', 'vietnam'],
    ['triplicate', 'triplic'],
    ['hopefulness', 'hope'],
    ['adjustment', 'adjust'],
    ['adoption', 'adopt'],
    ['probate', 'probat'],
    ['rate', 'rate'],
    ['controll', 'control'],
    ['yes', 'ye'],
    ['by', 'by'],
  ])('makes %s %s, as the examples of Porter do', (word, stem) => {
    expect(stemEnglish(word)).toBe(stem);
  });
});

describe('a term splitter', () => {
  const splitTerms = createTermSplitter();

  test.each([
    ['Grandma’s photos', ['grandmoth', 'photo']],
    ['2023-05-08', ['2023', 'mai', '8']],
    ['Straße Ærø Łódź', ['strass', 'aero', 'lodz']],
    ['が か', ['が', 'か']],
    ['iPhone買う', ['iphon', '買', '買う', 'う']],
    ['５月８日', ['mai', '8', '日']],
    ['“NEAR(x) AND *”', ['near', 'x', 'and']],
  ])('reads %j', (text, terms) => {
    expect(splitTerms(text)).toEqual(terms);
  });

  test('gives no term that could be syntax, for any text', () => {
    const random = startRandom(5);
    const alphabet = [
      '"',
      "'",
      '*',
      '^',
      ':',
      '(',
      '-',
      '\0',
      '\ud800',
      'a',
      'É',
      'ß',
      '猫',
      '한',
      'ไ',
      '🦩',
      '\u0301',
      ' ',
      '７',
    ];
    for (let round = 0; round < 500; round += 1)
      for (const term of splitTerms(randomText(random, alphabet, 30)))
        expect(term).toMatch(/^(?:[a-z0-9]|[^\x00-\x7f])+$/u);
  });
});

import { describe, expect, test } from 'vitest';

import { createRedactor, type Redactor } from '../../container/agent-runner/redact.ts';
import { randomText, startRandom } from '../ipc-schemas/random.ts';

const KEY = 'sk-live-0123456789';
const PEM = '-----BEGIN KEY-----\r\nMIIEvQIBADAN\r\n  Bgkqhk\r\nG9w0BAQE"FAASC\n-----END KEY-----\n';

function streamed({ startStream }: Redactor, pieces: readonly string[]): string {
  const stream = startStream();
  return [...pieces.map((piece) => stream.push(piece)), stream.end()].join('');
}

/** The text cut into pieces of up to `maxLength` characters. */
function cut(text: string, nextLength: () => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + nextLength();
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

describe('text', () => {
  test.each([
    ['a secret alone', [KEY], KEY, '[redacted]'],
    ['a secret between other text', [KEY], `key=${KEY};`, 'key=[redacted];'],
    ['each of many', [KEY], `${KEY}${KEY} ${KEY}`, '[redacted][redacted] [redacted]'],
    ['the longer of two that begin alike', ['abcdefgh', 'abcdefghij'], 'abcdefghijk', '[redacted]k'],
    ['the shorter where the longer does not follow', ['abcdefgh', 'abcdefghij'], 'abcdefghi', '[redacted]i'],
    ['a secret inside another', ['secret-inside-of', 'et-inside'], 'xsecret-inside-ofx', 'x[redacted]x'],
    ['the first of two that overlap', ['abcdefgh', 'efghijkl'], 'abcdefghijkl', '[redacted]ijkl'],
    [
      'characters that mean something in a pattern',
      ['a.c*(e)[g]$'],
      'a.c*(e)[g]$ abcc(e)[g]$',
      '[redacted] abcc(e)[g]$',
    ],
    [
      'the form that stands inside a JSON string',
      ['line1\n"line2"'],
      String.raw`{"k":"line1\n\"line2\""}`,
      '{"k":"[redacted]"}',
    ],
    ['a value of exactly 8 characters', ['12345678'], '12345678', '[redacted]'],
    ['a value of many lines as one', [PEM], `<${PEM}>`, '<[redacted]>'],
    [
      'each line of a value of many lines',
      [PEM],
      '1: MIIEvQIBADAN\n2: -----END KEY-----\r\n',
      '1: [redacted]\n2: [redacted]\r\n',
    ],
    [
      'a line in the form that stands inside a JSON string',
      [PEM],
      String.raw`["G9w0BAQE\"FAASC"]`,
      '["[redacted]"]',
    ],
    ['no line of fewer than 8 characters', [PEM], '  Bgkqhk', '  Bgkqhk'],
    ['no indentation', ['abcdefgh\n         \n        }'], '          }', '          }'],
  ])('replaces %s', (_, secrets, text, expected) => {
    expect(createRedactor(secrets).text(text)).toBe(expected);
  });

  test.each([
    ['of 7 characters', '1234567'],
    ['whose JSON form alone has 8 or more', '\n\n\n\n'],
    ['that is empty', ''],
  ])('leaves a value %s', (_, secret) => {
    const text = `<${secret}> and ${JSON.stringify(secret)}`;

    expect(createRedactor([secret]).text(text)).toBe(text);
  });

  test('leaves all text where there are no secrets', () => {
    expect(createRedactor([]).text('[redacted] undefined')).toBe('[redacted] undefined');
  });
});

describe('value', () => {
  test('redacts every string of a JSON value, keys too, and nothing else', () => {
    const value = { [KEY]: [`a ${KEY}`, { b: KEY }, 1, true, null], __proto__: null, n: 12_345_678 };

    expect(createRedactor([KEY, '12345678']).value(value)).toEqual({
      '[redacted]': ['a [redacted]', { b: '[redacted]' }, 1, true, null],
      n: 12_345_678,
    });
  });
});

describe('a stream', () => {
  test('gives at once what cannot become part of a secret', () => {
    const stream = createRedactor([KEY]).startStream();

    const steps = ['hello ', 'sk-', 'it ', 'sk-live-', '0123', '456789', '!'].map((piece) =>
      stream.push(piece),
    );

    expect(steps).toEqual(['hello ', '', 'sk-it ', '', '', '[redacted]', '!']);
    expect(stream.end()).toBe('');
  });

  test('holds the first half of a surrogate pair until the second arrives', () => {
    const stream = createRedactor([]).startStream();

    expect([stream.push('a\ud83d'), stream.push('\ude00b'), stream.end()]).toEqual(['a', '😀b', '']);
  });

  test('gives a half that stays alone as U+FFFD', () => {
    const stream = createRedactor([]).startStream();

    expect([stream.push('a\ud83d'), stream.push('b'), stream.push('\ud83d'), stream.end()]).toEqual([
      'a',
      '\uFFFDb',
      '',
      '\uFFFD',
    ]);
  });

  test('gives the beginning of a secret that did not go on', () => {
    expect(streamed(createRedactor([KEY]), [KEY.slice(0, -1)])).toBe(KEY.slice(0, -1));
  });

  test.each([
    ['one secret', [KEY], `a ${KEY}${KEY} sk-live-01 ${KEY}`],
    ['prefixes of each other', ['abcdefgh', 'abcdefghij', 'abcdefghijkl'], 'abcdefghijkabcdefghijklabcdefgh'],
    ['overlapping secrets', ['abcdefgh', 'efghijkl', 'ijklmnop'], 'abcdefghijklmnop efghijklmnop'],
    ['nested secrets', ['xxabcdefghxx', 'abcdefgh'], 'xxabcdefghx xxabcdefghxx abcdefgh'],
    ['secrets that repeat themselves', ['aaaaaaaa', 'aaaaaaaab'], 'aaaaaaaaaaaaaaaaaaabaaaaaaaab'],
    ['secrets with surrogate pairs', ['😀😀😀😀', '😀😀😀😀x'], '😀😀😀😀😀😀😀😀x😀😀😀'],
    ['lines', ['abcdefgh\r\nijklmnop\n'], 'abcdefgh\r\nijklmnop abcdefgh\nijklmnop\nabcdefgh\r\nijklmnop\n'],
    ['the JSON form', ['"quoted"\n'], String.raw`"quoted"` + '\n' + String.raw`\"quoted\"\n \"quoted\"`],
  ])('cut in two at every place equals the redacted whole: %s', (_, secrets, text) => {
    const redactor = createRedactor(secrets);
    const whole = redactor.text(text);

    for (let first = 0; first <= text.length; first += 1) {
      for (let second = first; second <= text.length; second += 1) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        expect(streamed(redactor, pieces), `cut at ${first} and ${second}`).toBe(whole);
      }
    }
  });

  test('equals the redacted whole for random secrets, texts and pieces', () => {
    const random = startRandom(20_261);
    // Few letters make prefixes, overlaps and repetitions the usual case.
    const alphabet = ['a', 'a', 'b', '"', '😀', '\n'];

    for (let round = 0; round < 3000; round += 1) {
      const secrets = Array.from({ length: 1 + random(4) }, () =>
        randomText(random, alphabet, 6).padEnd(8 + random(12), random(2) === 0 ? 'ab' : 'aabaaaba\r\n'),
      );
      const redactor = createRedactor(secrets);
      const parts = Array.from({ length: 6 }, () =>
        random(2) === 0 ? randomText(random, alphabet, 12) : (secrets[random(secrets.length)] ?? ''),
      );
      const text = parts.join('');
      const pieces = cut(text, () => 1 + random(5));

      const whole = redactor.text(text).toWellFormed();
      expect({ secrets, pieces, text: streamed(redactor, pieces) }).toEqual({ secrets, pieces, text: whole });
    }
  });

  test('finds a secret of 100,000 characters in pieces of 1,000', () => {
    const secret = 'x'.repeat(99_999) + 'y';
    const pieces = cut(`a${secret}b`, () => 1000);

    expect(streamed(createRedactor([secret]), pieces)).toBe('a[redacted]b');
  });
});

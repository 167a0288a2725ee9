import { describe, expect, test } from 'vitest';

import { type Line, LineSplitter, MAX_LINE_BYTES, readLines } from '../../ipc-schemas/index.ts';
import { randomText, startRandom } from './random.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All lines of a stream that arrives in these chunks. */
function split(chunks: readonly Uint8Array[], maxLineBytes?: number): Line[] {
  const splitter = new LineSplitter(maxLineBytes);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

/** The bytes cut into pieces of the given size. */
function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}

describe('LineSplitter', () => {
  test.each([
    ['U+2028', 'a\u2028b'],
    ['U+2029', 'a\u2029b'],
    ['U+0085', 'a\u0085b'],
    ['CR', 'a\rb\r'],
    ['form feed and vertical tab', 'a\fb\vc'],
    ['NUL', 'a\0b'],
  ])('keeps %s inside a line', (_, line) => {
    const lines = split([bytesOf(`${line}\nnext\n`)]);

    expect(lines).toEqual([line, 'next']);
  });

  test.each([
    ['nothing for no bytes', '', []],
    ['one empty line for one LF', '\n', ['']],
    ['empty lines between, before and behind others', '\n\na\n\nb\n\n', ['', '', 'a', '', 'b', '']],
    ['a last line without LF', 'a\nb', ['a', 'b']],
    ['a byte order mark at the start of any line', '\uFEFFa\n\uFEFFb', ['\uFEFFa', '\uFEFFb']],
  ])('gives %s', (_, text, expected) => {
    expect(split([bytesOf(text)])).toEqual(expected);
    expect(split(cut(bytesOf(text), 1))).toEqual(expected);
  });

  test('gives a line as soon as its LF arrives', () => {
    const splitter = new LineSplitter();

    const steps = ['a', '\nb', '', 'c\n', '\n'].map((chunk) => splitter.push(bytesOf(chunk)));

    expect(steps).toEqual([[], ['a'], [], ['bc'], ['']]);
    expect(splitter.end()).toEqual([]);
  });

  test('joins characters of several bytes that are cut at any byte', () => {
    const bytes = bytesOf('{"é":"€"}\n😀\u2028ß');

    for (let at = 0; at <= bytes.length; at += 1) {
      expect(split([bytes.slice(0, at), bytes.slice(at)])).toEqual(['{"é":"€"}', '😀\u2028ß']);
    }
    for (let size = 1; size <= bytes.length; size += 1) {
      expect(split(cut(bytes, size))).toEqual(['{"é":"€"}', '😀\u2028ß']);
    }
  });

  test('turns bytes that are not UTF-8 into U+FFFD and loses no LF to them', () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0x0a, 0xe2, 0x82, 0x0a, 0x62);

    expect(split([bytes])).toEqual(['a\uFFFD', '\uFFFD', 'b']);
    expect(split(cut(bytes, 1))).toEqual(['a\uFFFD', '\uFFFD', 'b']);
  });

  test('gives what split("\\n") gives for random text in random chunks, oversized lines by length', () => {
    const alphabet = [
      '\n',
      '\n',
      'a',
      '-',
      '\r',
      'é',
      '€',
      '😀',
      '\u2028',
      '\u2029',
      '\u0085',
      '\uFEFF',
      '\0',
    ];
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = startRandom(seed);
      const text = randomText(random, alphabet, 60);
      const bytes = bytesOf(text);
      const chunks: Uint8Array[] = [];
      const longest = 1 + random(200);
      for (let from = 0; from < bytes.length;) {
        const to = from + random(longest + 1);
        chunks.push(bytes.slice(from, to));
        from = to;
      }

      const lines = split(chunks, 16).map((line) => (typeof line === 'string' ? line : line.byteLength));

      const expected = text
        .split('\n')
        .map((line) => (bytesOf(line).length > 16 ? bytesOf(line).length : line));
      if (text === '' || text.endsWith('\n')) expected.pop();
      expect(lines, `seed ${seed}`).toEqual(expected);
    }
  });
});

describe('LineSplitter with a limit', () => {
  const LIMIT = 1000;

  test.each([1, 7, 255, 256, 999, 1000, 1001, 100_000])(
    'gives an oversized line as its first 256 bytes and its length, in chunks of %i bytes',
    (size) => {
      const text = `before\n${'x'.repeat(256)}${'y'.repeat(2744)}\nafter\n${'z'.repeat(1001)}`;

      const lines = split(cut(bytesOf(text), size), LIMIT);

      expect(lines).toEqual([
        'before',
        { head: 'x'.repeat(256), byteLength: 3000 },
        'after',
        { head: 'z'.repeat(256), byteLength: 1001 },
      ]);
    },
  );

  test.each([1, 13, 2000])('counts bytes, not characters, in chunks of %i bytes', (size) => {
    const atLimit = '€'.repeat(333) + 'a';
    const lines = split(cut(bytesOf(`${atLimit}\n${atLimit}b\n${atLimit}`), size), LIMIT);

    expect(lines).toEqual([atLimit, { head: `${'€'.repeat(85)}\uFFFD`, byteLength: 1001 }, atLimit]);
  });

  test('takes many short lines in a chunk that is longer than the limit', () => {
    const text = 'line\n'.repeat(1000);

    expect(split([bytesOf(text)], LIMIT)).toEqual(Array.from({ length: 1000 }, () => 'line'));
  });

  test('takes a line of exactly the default limit and refuses one byte more', () => {
    const line = 'x'.repeat(MAX_LINE_BYTES);

    const lines = split(cut(bytesOf(`${line}\n${line}x\n`), 65_536));

    expect(lines[0] === line).toBe(true);
    expect(lines.slice(1)).toEqual([{ head: 'x'.repeat(256), byteLength: MAX_LINE_BYTES + 1 }]);
  });
});

describe('readLines', () => {
  test('yields the lines of a stream, a last one without LF too', async () => {
    const chunks = cut(bytesOf('{"a":"\u2028"}\n\n€\nend'), 2);

    const lines = await collect(readLines(stream(chunks)));

    expect(lines).toEqual(['{"a":"\u2028"}', '', '€', 'end']);
  });

  test('leaves out lines above the limit, a last one without LF too', async () => {
    const chunks = cut(bytesOf('short\nmuch too long\nok\nagain too long'), 3);

    const lines = await collect(readLines(stream(chunks), 5));

    expect(lines).toEqual(['short', 'ok']);
  });

  test('ends its source when the reader stops early', async () => {
    let isEnded = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(bytesOf('a\n'));
      } finally {
        isEnded = true;
      }
    }

    for await (const line of readLines(endless())) if (line === 'a') break;

    expect(isEnded).toBe(true);
  });
});

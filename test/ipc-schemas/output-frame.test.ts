import { describe, expect, test } from 'vitest';

import {
  type ContainerOutput,
  encodeFrame,
  findOutputNonce,
  FrameDecoder,
  type FrameStep,
  type FrameStyle,
  isMarkerPrefix,
  stringifyWithoutMarkers,
} from '../../ipc-schemas/index.ts';
import { randomText, startRandom } from './random.ts';

const NONCE = 'k3J9xT2mQ8vL5wRz';
const START = '---TURNBOX_OUTPUT_START---';
const END = '---TURNBOX_OUTPUT_END---';
const NONCE_START = `---TURNBOX_OUTPUT_START:${NONCE}---`;
const NONCE_END = `---TURNBOX_OUTPUT_END:${NONCE}---`;

const output: ContainerOutput = {
  status: 'success',
  result: 'hello',
  requestId: 'r1',
  agent: { name: 'pi' },
  durationMs: 5,
  schemaVersion: 1,
};
const outputJson =
  '{"status":"success","result":"hello","requestId":"r1","agent":{"name":"pi"},"durationMs":5,"schemaVersion":1}';

function decode(
  lines: readonly string[],
  style?: FrameStyle,
): { steps: FrameStep[]; isBetweenFrames: boolean } {
  const decoder = new FrameDecoder(style);
  const steps = lines.map((line) => decoder.push(line));
  return { steps, isBetweenFrames: decoder.isBetweenFrames };
}

const linesOf = (frame: string): string[] => frame.split('\n').slice(0, -1);
const held: FrameStep = { kind: 'held' };
const text = (...lines: string[]): FrameStep => ({ kind: 'text', lines });

describe('encodeFrame', () => {
  test.each([
    ['plain', {}, START, END],
    ['with a nonce', { nonce: NONCE }, NONCE_START, NONCE_END],
    ['with a prefix', { prefix: 'FFT_NANO' }, '---FFT_NANO_OUTPUT_START---', '---FFT_NANO_OUTPUT_END---'],
    [
      'with a prefix and a nonce',
      { prefix: 'NANOCLAW', nonce: NONCE },
      `---NANOCLAW_OUTPUT_START:${NONCE}---`,
      `---NANOCLAW_OUTPUT_END:${NONCE}---`,
    ],
  ])('%s gives three lines that the decoder of the same style trusts', (_, style, start, end) => {
    const frame = encodeFrame(output, style);

    expect(frame).toBe(`${start}\n${outputJson}\n${end}\n`);
    expect(decode(linesOf(frame), style)).toEqual({
      steps: [held, held, { kind: 'frame', json: outputJson, trusted: true }],
      isBetweenFrames: true,
    });
  });

  test('never lets text that looks like markers stand in the JSON line', () => {
    const quoted = `${START}\n{"status":"error"}\n${NONCE_END}\n-----\u2028---`;

    const [, line = ''] = linesOf(encodeFrame({ ...output, result: quoted }, { nonce: NONCE }));

    expect(line).not.toContain('---');
    expect(JSON.parse(line)).toEqual({ ...output, result: quoted });
  });
});

describe('stringifyWithoutMarkers', () => {
  test.each([
    ['-', '"-"'],
    ['--', '"--"'],
    ['---', String.raw`"\u002d--"`],
    ['-----', String.raw`"\u002d\u002d\u002d--"`],
    ['--\n---', String.raw`"--\n\u002d--"`],
    ['\\---', String.raw`"\\\u002d--"`],
  ])('writes %j as %s', (value, expected) => {
    expect(stringifyWithoutMarkers(value)).toBe(expected);
  });

  test('round-trips random values of dashes and their neighbours, in keys too, without ---', () => {
    const alphabet = ['-', '-', '-', '-', '\\', '"', 'u002d', '\n', 'é', '😀', '1'];
    for (let seed = 1; seed <= 1000; seed += 1) {
      const random = startRandom(seed);
      const value = {
        [randomText(random, alphabet, 12)]: [randomText(random, alphabet, 40), -1 - random(100)],
      };

      const json = stringifyWithoutMarkers(value);

      expect(json, `seed ${seed}`).not.toMatch(/---|\n/);
      expect(JSON.parse(json), `seed ${seed}`).toEqual(value);
    }
  });
});

describe('FrameDecoder', () => {
  test('passes events and noise through before and behind the frame', () => {
    const { steps } = decode(['{"type":"usage"}', '', START, '{}', END, 'late']);

    expect(steps).toEqual([
      text('{"type":"usage"}'),
      text(''),
      held,
      held,
      { kind: 'frame', json: '{}', trusted: true },
      text('late'),
    ]);
  });

  test('does not trust a plain frame where a nonce was given', () => {
    const { steps } = decode([START, '{}', END], { nonce: NONCE });

    expect(steps).toEqual([held, held, { kind: 'frame', json: '{}', trusted: false }]);
  });

  test('finds the true frame behind a forged plain one', () => {
    const { steps } = decode([START, '{"forged":1}', END, NONCE_START, '{}', NONCE_END], { nonce: NONCE });

    expect(steps).toEqual([
      held,
      held,
      { kind: 'frame', json: '{"forged":1}', trusted: false },
      held,
      held,
      { kind: 'frame', json: '{}', trusted: true },
    ]);
  });

  test.each([
    ['right before the true frame', [START], text(START)],
    ['with a line behind it', [START, '{"type":"usage"}'], text(START, '{"type":"usage"}')],
    ['with an END behind it', [START, END], text(START, END)],
  ])('gives back a forged plain START %s and loses neither', (_, noise, expected) => {
    const { steps } = decode([...noise, NONCE_START, '{}', NONCE_END], { nonce: NONCE });

    expect(steps).toEqual([
      ...noise.map(() => held),
      expected,
      held,
      { kind: 'frame', json: '{}', trusted: true },
    ]);
  });

  test('gives back what stood behind a plain START that no END follows', () => {
    const { steps, isBetweenFrames } = decode([START, 'one', 'two', 'three']);

    expect(steps).toEqual([held, held, text(START, 'one', 'two'), text('three')]);
    expect(isBetweenFrames).toBe(true);
  });

  test('starts again at a START that takes the place of the body or of the END', () => {
    const { steps } = decode([START, START, '{"type":"usage"}', START, '{}', END]);

    expect(steps).toEqual([
      held,
      text(START),
      held,
      text(START, '{"type":"usage"}'),
      held,
      { kind: 'frame', json: '{}', trusted: true },
    ]);
  });

  test('takes an END in the place of the body for a body', () => {
    const { steps } = decode([START, END, END]);

    expect(steps).toEqual([held, held, { kind: 'frame', json: END, trusted: true }]);
  });

  test.each([
    ['an END without START', [END], [text(END)]],
    ['an END with the nonce and without START', [NONCE_END], [text(NONCE_END)]],
    ['another nonce', [NONCE_START.replace('k3J9', 'XXXX')], [text(NONCE_START.replace('k3J9', 'XXXX'))]],
    ['another prefix', ['---NANOCLAW_OUTPUT_START---'], [text('---NANOCLAW_OUTPUT_START---')]],
    ['a marker with a CR', [`${START}\r`], [text(`${START}\r`)]],
    ['a marker inside a line', [`x ${NONCE_START}`], [text(`x ${NONCE_START}`)]],
  ])('takes %s for text', (_, lines, steps) => {
    expect(decode(lines, { nonce: NONCE })).toEqual({ steps, isBetweenFrames: true });
  });

  test.each([
    ['the END is plain', [NONCE_START, '{}', END]],
    ['other text stands for the END', [NONCE_START, '{}', '{}']],
    ['a second START stands for the END', [NONCE_START, '{}', NONCE_START]],
  ])('calls a frame with the nonce broken when %s', (_, lines) => {
    expect(decode(lines, { nonce: NONCE })).toEqual({
      steps: [held, held, { kind: 'broken' }],
      isBetweenFrames: true,
    });
  });

  test.each([START, NONCE_START])(
    'calls a frame with the nonce broken when its body is the marker %s',
    (marker) => {
      expect(decode([NONCE_START, marker], { nonce: NONCE }).steps).toEqual([held, { kind: 'broken' }]);
    },
  );

  test.each([
    ['START', [NONCE_START]],
    ['body', [NONCE_START, '{}']],
  ])('is not between frames when the stream ends behind the %s', (_, lines) => {
    expect(decode(lines, { nonce: NONCE }).isBetweenFrames).toBe(false);
  });
});

describe('findOutputNonce', () => {
  test.each([
    ['a document with wrong fields', { prompt: 7, outputNonce: NONCE }, NONCE],
    ['a nonce that is too short', { outputNonce: 'short' }, undefined],
    ['a nonce with a line break', { outputNonce: `${NONCE}\n` }, undefined],
    ['a number', { outputNonce: 1234567890123456 }, undefined],
    ['no nonce', {}, undefined],
    ['null', null, undefined],
    ['a list', [NONCE], undefined],
    ['a string', NONCE, undefined],
  ])('answers for %s', (_, document, expected) => {
    expect(findOutputNonce(document)).toBe(expected);
  });
});

describe('isMarkerPrefix', () => {
  test.each(['TURNBOX', 'FFT_NANO', 'A', 'A1', 'A'.repeat(64)])('takes %s', (prefix) => {
    expect(isMarkerPrefix(prefix)).toBe(true);
  });

  test.each(['', 'turnbox', '1A', '_A', 'A-B', 'A B', 'A\n', 'A'.repeat(65)])('refuses %j', (prefix) => {
    expect(isMarkerPrefix(prefix)).toBe(false);
  });
});

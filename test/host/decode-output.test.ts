import { describe, expect, test } from 'vitest';

import { type DecodedOutput, OutputDecoder } from '../../host/decode-output.ts';
import { type ContainerOutput, encodeFrame, type RunFact } from '../../ipc-schemas/index.ts';
import { startRandom } from '../ipc-schemas/random.ts';

const NONCE = 'k3J9xT2mQ8vL5wRz';
const PLAIN_START = '---TURNBOX_OUTPUT_START---\n';
const MAX_BYTES = 1024 * 1024;

const output: ContainerOutput = {
  status: 'success',
  result: 'a---b ☃ 😀',
  requestId: 'r1',
  agent: { name: 'pi' },
  durationMs: 5,
  schemaVersion: 1,
};
const forged: ContainerOutput = { ...output, result: 'forged' };

const trusted = encodeFrame(output, { nonce: NONCE });
const plain = encodeFrame(forged);
const [startLine = '', jsonLine = '', endLine = ''] = trusted.split('\n');

const runStart = { type: 'run_start', seq: 1, time: 7, requestId: 'r1', agent: 'pi' } as const;
const runEnd = { type: 'run_end', seq: 2, time: 9, status: 'success' } as const;

interface Decoding {
  facts: RunFact[];
  decoded: DecodedOutput;
}

function decode(chunks: Iterable<Uint8Array>, maxBytes = MAX_BYTES): Decoding {
  const decoder = new OutputDecoder(NONCE, maxBytes);
  const facts = [...chunks].flatMap((chunk) => decoder.push(chunk));
  const end = decoder.end();
  return { facts: [...facts, ...end.facts], decoded: end.decoded };
}

function decodeText(text: string, maxBytes?: number): Decoding {
  return decode([Buffer.from(text)], maxBytes);
}

const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`;
const believed: DecodedOutput = { kind: 'output', output, isTrusted: true };
const violation = (problem: string): DecodedOutput => ({ kind: 'violation', problem });

const CUT_OFF = violation('stdout ended in the middle of an output frame');
const BROKEN = violation('an output frame with the nonce was broken');
const TWO = violation('expected one output frame, found two');

describe('OutputDecoder', () => {
  test('gives the events and the output of a whole run', () => {
    const decoding = decodeText(toLine(runStart) + toLine(runEnd) + trusted);

    expect(decoding).toEqual({ facts: [runStart, runEnd], decoded: believed });
  });

  test('gives nothing for nothing', () => {
    expect(decodeText('')).toEqual({ facts: [], decoded: { kind: 'none' } });
  });

  test.each([
    ['text', 'starting up …'],
    ['JSON that is no event', '{"type":"unheard_of","seq":1,"time":1}'],
    ['an event with a wrong field', '{"type":"run_end","seq":1,"time":1,"status":"maybe"}'],
    ['null', 'null'],
    ['half a line of JSON', '{"type":"run_st'],
    ['an end marker without a start', endLine],
    ['the start marker of another nonce', startLine.replace('k3J9', 'XXXX')],
  ])('keeps %s as unparsed and goes on', (_, line) => {
    const decoding = decodeText(`${line}\n${trusted}`);

    expect(decoding).toEqual({ facts: [{ type: 'unparsed', line }], decoded: believed });
  });

  test('leaves out empty lines', () => {
    expect(decodeText(`\n\n${trusted}\n`)).toEqual({ facts: [], decoded: believed });
  });

  test('cuts an unparsed line to 4 KiB without half a character', () => {
    const { facts } = decodeText(`${'☃'.repeat(1365)}😀😀\n${'x'.repeat(4095)}😀\n`);

    expect(facts).toEqual([
      { type: 'unparsed', line: '☃'.repeat(1365) },
      { type: 'unparsed', line: 'x'.repeat(4095) },
    ]);
  });

  test('keeps noise behind the frame', () => {
    expect(decodeText(`${trusted}late`)).toEqual({
      facts: [{ type: 'unparsed', line: 'late' }],
      decoded: believed,
    });
  });

  test('does not trust a plain frame', () => {
    expect(decodeText(plain).decoded).toEqual({ kind: 'output', output: forged, isTrusted: false });
  });

  test.each([
    ['before', plain + trusted],
    ['behind', trusted + plain],
    ['on both sides of', plain + trusted + plain],
  ])('believes the frame with the nonce and not a forged plain one %s it', (_, text) => {
    expect(decodeText(text)).toEqual({ facts: [], decoded: believed });
  });

  test('finds the frame behind a plain start marker', () => {
    const { decoded, facts } = decodeText(PLAIN_START + toLine(runStart) + trusted);

    expect(decoded).toEqual(believed);
    expect(facts).toEqual([{ type: 'unparsed', line: PLAIN_START.trimEnd() }, runStart]);
  });

  test.each([
    ['two frames with the nonce', trusted + trusted, TWO],
    ['three frames with the nonce', trusted + trusted + trusted, TWO],
    ['a broken frame', `${startLine}\n${jsonLine}\nnoise\n`, BROKEN],
    ['a broken frame and a whole one behind it', `${startLine}\n${jsonLine}\nnoise\n${trusted}`, BROKEN],
    ['a frame cut off behind its start', `${startLine}\n`, CUT_OFF],
    ['a frame cut off in its JSON', `${startLine}\n${jsonLine.slice(0, 20)}`, CUT_OFF],
    ['a frame cut off in its end', `${startLine}\n${jsonLine}\n${endLine.slice(0, -1)}`, BROKEN],
    [
      'a frame with the nonce that holds no output',
      `${startLine}\n{"status":"success"}\n${endLine}\n`,
      violation('the output frame holds no ContainerOutput'),
    ],
    [
      'a frame with the nonce that holds no JSON',
      `${startLine}\nhello\n${endLine}\n`,
      violation('the output frame holds no ContainerOutput'),
    ],
    [
      'a plain frame that holds no output, alone',
      `${PLAIN_START}hello\n---TURNBOX_OUTPUT_END---\n`,
      violation('expected an output frame with the nonce, found a plain one that holds no ContainerOutput'),
    ],
  ])('calls %s a violation', (_, text, expected) => {
    expect(decodeText(text)).toMatchObject({ decoded: expected });
  });

  test('believes a frame whose last line has no line feed', () => {
    expect(decodeText(trusted.trimEnd()).decoded).toEqual(believed);
  });

  test('gives the same in pieces of one byte', () => {
    const text =
      toLine(runStart) + plain + toLine({ type: 'unparsed', seq: 1, time: 1, line: '☃' }) + trusted;
    const bytes = Buffer.from(text);

    const decoding = decode(Array.from(bytes, (byte) => Uint8Array.of(byte)));

    expect(decoding.decoded).toEqual(believed);
    expect(decoding).toEqual(decodeText(text));
  });

  test('gives the same in pieces of random lengths', () => {
    const text = `noise ☃\n${toLine(runStart)}${plain}😀\n${toLine(runEnd)}${trusted}late`;
    const bytes = Buffer.from(text);
    const whole = decodeText(text);
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = startRandom(seed);
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length;) {
        const length = random(40);
        chunks.push(bytes.subarray(at, at + length));
        at += length;
      }

      expect(decode(chunks), `seed ${seed}`).toEqual(whole);
    }
  });

  test('calls output of any cut a violation or nothing, never an output', () => {
    const bytes = Buffer.from(trusted.trimEnd());
    for (let length = 0; length < bytes.length; length += 1) {
      const { decoded } = decode([bytes.subarray(0, length)]);

      expect(decoded.kind, `cut at ${length}`).toBe(length < startLine.length ? 'none' : 'violation');
    }
  });

  test('takes as many bytes as are allowed and calls one more a violation', () => {
    const byteLength = Buffer.byteLength(trusted);

    expect(decodeText(trusted, byteLength).decoded).toEqual(believed);
    expect(decodeText(trusted, byteLength - 1).decoded).toEqual(
      violation(`expected at most ${byteLength - 1} bytes on stdout, found more`),
    );
  });

  test('says that reading on is useless as soon as it is', () => {
    const decoder = new OutputDecoder(NONCE, 10);
    decoder.push(Buffer.from('0123456789'));
    const before = decoder.isViolated;
    const facts = decoder.push(Buffer.from('\n'));

    expect([before, decoder.isViolated, facts]).toEqual([false, true, []]);
  });

  test('calls a line above 64 MiB a violation and does not hold it', () => {
    const decoder = new OutputDecoder(NONCE, Number.POSITIVE_INFINITY);
    const mebibyte = new Uint8Array(1024 * 1024).fill(0x78);
    for (let count = 0; count < 65; count += 1) decoder.push(mebibyte);
    decoder.push(Buffer.from('\n'));

    expect(decoder.end().decoded).toEqual(
      violation('expected lines of at most 67108864 bytes on stdout, found 68157440'),
    );
  });
});

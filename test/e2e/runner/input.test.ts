import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { answer } from './pi-lines.ts';
import { NONCE, runRunner, startRunner } from './run-runner.ts';

const FIELDS = '"groupFolder":"main","chatJid":"cli:test"';
const DEEP = '['.repeat(1_000_000) + ']'.repeat(1_000_000);

interface Report {
  readonly promptBytes: number;
  readonly promptHash: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('stdin that holds no input', () => {
  test.each([
    ['nothing', ''],
    ['null', 'null'],
    ['half a document', `{"prompt":"hello",${FIELDS},"outputNonce":"${NONCE}"`],
    ['an array', `[{"prompt":"hello",${FIELDS}}]`],
    ['bytes that are not UTF-8', Buffer.from(`{"prompt":"\u00ff",${FIELDS}}`, 'latin1')],
    ['an array nested a million deep', DEEP],
  ])('is INPUT_INVALID in a plain frame: %s', async (_, input) => {
    const { output, isTrusted, events } = await runRunner({}, input);

    expect(output).toMatchObject({
      status: 'error',
      result: null,
      errorCode: 'INPUT_INVALID',
      retryable: false,
    });
    expect({ isTrusted, events }).toEqual({ isTrusted: false, events: [] });
  });

  test('is INPUT_INVALID when it has 200 MB, and the rest is not waited for', async () => {
    await using runner = await startRunner();
    const block = Buffer.alloc(1024 * 1024, 'x');

    for (let megabytes = 0; megabytes < 200 && runner.child.stdin.writable; megabytes += 1) {
      runner.child.stdin.write(block);
    }
    const { output } = await runner.read().give().result();

    expect(output).toMatchObject({
      errorCode: 'INPUT_INVALID',
      error: 'expected at most 16777216 bytes on stdin, found more',
    });
  });

  test('is INPUT_INVALID when its first byte does not come in time', async () => {
    await using runner = await startRunner({ env: { TURNBOX_STDIN_FIRST_BYTE_MS: '50' } });

    const { output } = await runner.read().result();

    expect(output).toMatchObject({
      errorCode: 'INPUT_INVALID',
      error: 'expected input on stdin within 50 ms, found none',
    });
  });
});

describe('an input with a wrong field', () => {
  test('is INPUT_INVALID under its nonce and its requestId', async () => {
    await using runner = await startRunner({ fields: { isMain: 'yes' } });

    const { output, isTrusted } = await runner.read().give().result();

    expect(output).toMatchObject({
      errorCode: 'INPUT_INVALID',
      error: 'isMain: expected true or false, found "yes"',
      requestId: runner.requestId,
    });
    expect(isTrusted).toBe(true);
  });

  test('is INPUT_INVALID when it is nested a million deep', async () => {
    const { output } = await runRunner({}, `{"prompt":${DEEP},${FIELDS}}`);

    expect(output.errorCode).toBe('INPUT_INVALID');
  });

  test('is INPUT_INVALID when it names an agent that this runner does not run', async () => {
    const { output, isTrusted } = await runRunner({ fields: { agent: 'claude' } });

    expect(output).toMatchObject({
      errorCode: 'INPUT_INVALID',
      error: 'agent: expected one of pi (this runner runs no other yet), found "claude"',
      agent: { name: 'claude' },
    });
    expect(isTrusted).toBe(true);
  });
});

describe('an input that is read', () => {
  test('may begin with a byte order mark', async () => {
    await using runner = await startRunner({ steps: answer('hi') });

    const { output } = await runner
      .read()
      .give(`\uFEFF${JSON.stringify(runner.document())}`)
      .result();

    expect(output).toMatchObject({ status: 'success', result: 'hi', requestId: runner.requestId });
  });

  test('may have unknown fields, nested a million deep, for one warning', async () => {
    await using runner = await startRunner({ steps: answer('hi') });
    const document = JSON.stringify(runner.document()).slice(0, -1);

    const { output, stderr } = await runner.read().give(`${document},"a":${DEEP},"b":1}`).result();

    expect(output.status).toBe('success');
    expect(stderr.match(/unknown fields are ignored: \\"a\\", \\"b\\"/g)).toHaveLength(1);
  });

  test('without a nonce is answered in a plain frame', async () => {
    const { output, isTrusted } = await runRunner({ steps: answer('hi'), fields: { outputNonce: null } });

    expect(output.result).toBe('hi');
    expect(isTrusted).toBe(false);
  });

  test('is answered in markers of another name where the environment says so', async () => {
    const run = { steps: answer('hi'), env: { TURNBOX_MARKER_PREFIX: 'NANOCLAW' } };

    const { stdout } = await runRunner(run);

    expect(stdout.split('\n')).toEqual([
      `---NANOCLAW_OUTPUT_START:${NONCE}---`,
      expect.stringMatching(/^\{"status":"success"/),
      `---NANOCLAW_OUTPUT_END:${NONCE}---`,
      '',
    ]);
  });
});

describe('a prompt', () => {
  test.each([
    ['--help', '--help'],
    ['a file to include', '@/etc/passwd'],
    ['a slash command', '/clear'],
    ['white space around it', ' \n hello \n\n'],
    ['NUL', 'a\0b'],
    ['line separators and surrogate pairs', 'a\u2028b\u2029c\u0085d😀'],
    ['3 MB', 'é€😀\n'.repeat(300_000)],
  ])('comes to the agent exactly: %s', async (_, prompt) => {
    const { output } = await runRunner({ agent: 'reports', fields: { prompt } });

    const report = JSON.parse(output.result ?? '') as Report;
    expect(report).toMatchObject({ promptBytes: Buffer.byteLength(prompt), promptHash: hashOf(prompt) });
    expect(report.args.join(' ')).not.toContain(prompt);
  });

  test('of a scheduled run begins with its mark', async () => {
    const { output } = await runRunner({ agent: 'reports', fields: { isScheduledTask: true } });

    expect(JSON.parse(output.result ?? '')).toMatchObject({ promptHash: hashOf('[SCHEDULED TASK]\nhello') });
  });

  test('of 3 MB that the agent never reads is no failure', async () => {
    const { output } = await runRunner({ steps: answer('hi'), fields: { prompt: 'x'.repeat(3_000_000) } });

    expect(output.result).toBe('hi');
  });
});

describe('an agent program', () => {
  test.each([
    ['missing', '/nowhere/pi'],
    ['not on PATH', 'no-such-agent'],
    ['a directory', '/tmp'],
    ['not executable', '/etc/passwd'],
  ])('that is %s is AGENT_NOT_FOUND', async (_, program) => {
    const { output, events, isTrusted } = await runRunner({
      env: { TURNBOX_PI_BIN: program },
      fields: { events: 'all' },
    });

    expect(output).toMatchObject({ errorCode: 'AGENT_NOT_FOUND', retryable: false });
    expect(output.error).toContain(program);
    expect(events.map((event) => event.type)).toEqual(['run_start', 'run_end']);
    expect(isTrusted).toBe(true);
  });

  test('whose interpreter is missing is AGENT_NOT_FOUND', async () => {
    const { output } = await runRunner({ agent: 'no-interpreter' });

    expect(output.errorCode).toBe('AGENT_NOT_FOUND');
  });

  test('that cannot be given so large an environment is a defined ending under the nonce', async () => {
    const { output, isTrusted, stderr } = await runRunner({
      steps: answer('hi'),
      fields: { secrets: { BIG: 'x'.repeat(200_000) } },
    });

    expect(output.errorCode).toBe('AGENT_NOT_FOUND');
    expect(isTrusted).toBe(true);
    expect(stderr.length).toBeLessThan(10_000);
  });
});

describe('a machine that fails the runner', () => {
  test('is INTERNAL under the nonce and the requestId', async () => {
    await using runner = await startRunner({ env: { TURNBOX_PI_MODELS_FILE: '/nowhere/models.json' } });

    const { output, isTrusted } = await runner.read().give().result();

    expect(output).toMatchObject({ errorCode: 'INTERNAL', requestId: runner.requestId });
    expect(output.error).toContain('TURNBOX_PI_MODELS_FILE');
    expect(isTrusted).toBe(true);
  });

  test('is INTERNAL and ends the events of its run', async () => {
    const { output, events } = await runRunner({
      env: { TURNBOX_PI_AGENT_DIR: '/etc/passwd/agent' },
      fields: { events: 'all' },
    });

    expect(output.errorCode).toBe('INTERNAL');
    expect(events.map((event) => event.type)).toEqual(['run_start', 'run_end']);
  });
});

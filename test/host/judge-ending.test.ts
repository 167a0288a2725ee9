import { describe, expect, test } from 'vitest';

import type { DecodedOutput } from '../../host/decode-output.ts';
import { type HostTermination, judgeEnding } from '../../host/judge-ending.ts';
import type { RunEnding } from '../../host/runtimes/runtime.ts';
import type { ContainerOutput, ErrorCode } from '../../ipc-schemas/index.ts';
import { ERROR_TABLE, failedOutput } from '../../ipc-schemas/index.ts';

const facts = { requestId: 'r1', agent: { name: 'pi' }, durationMs: 100 };

const success: ContainerOutput = {
  status: 'success',
  result: 'hello',
  requestId: 'r1',
  agent: { name: 'pi', version: '0.87.1' },
  durationMs: 5,
  schemaVersion: 1,
};
const failure = (errorCode: ErrorCode, requestId = 'r1'): ContainerOutput => ({
  ...success,
  status: 'error',
  result: null,
  error: 'why',
  errorCode,
  requestId,
});

const trusted = (output: ContainerOutput): DecodedOutput => ({ kind: 'output', output, isTrusted: true });
const plain = (output: ContainerOutput): DecodedOutput => ({ kind: 'output', output, isTrusted: false });
const none: DecodedOutput = { kind: 'none' };
const violation: DecodedOutput = { kind: 'violation', problem: 'two frames' };

const ending = (fields: Partial<RunEnding>): RunEnding => ({
  exitCode: undefined,
  signal: undefined,
  startError: undefined,
  stderrTail: '',
  ...fields,
});
const exit = (exitCode: number): RunEnding => ending({ exitCode });
const killed = ending({ signal: 'SIGKILL' });

describe('judgeEnding believes a frame with the nonce', () => {
  test.each<[string, ContainerOutput, RunEnding, HostTermination | undefined]>([
    ['of a success', success, exit(0), undefined],
    ['whatever the exit code', success, exit(7), undefined],
    ['of a runner that was killed behind it', success, killed, undefined],
    ['of a run that was finished when it was cancelled', success, exit(0), 'cancelled'],
    ['of a run that was finished at the deadline', success, exit(0), 'deadline'],
    ['of a failure', failure('RATE_LIMITED'), exit(1), undefined],
    ['that says cancelled, where the host cancelled', failure('RUN_CANCELLED'), exit(1), 'cancelled'],
    ['that says cancelled, where somebody else did', failure('RUN_CANCELLED'), exit(1), undefined],
  ])('%s', (_, output, how, termination) => {
    expect(judgeEnding(trusted(output), how, termination, facts)).toEqual(output);
  });

  test('but not one for another request', () => {
    const judged = judgeEnding(trusted({ ...success, requestId: 'r2' }), exit(0), undefined, facts);

    expect(judged).toEqual(
      failedOutput(facts, 'PROTOCOL_VIOLATION', 'expected an output for request r1, found r2'),
    );
  });

  test('and calls a run that it stopped at its deadline timed out, with all the runner told of it', () => {
    const output = { ...failure('RUN_CANCELLED'), partial: 'so far' };

    const judged = judgeEnding(trusted(output), exit(1), 'deadline', facts);

    expect(judged).toEqual({
      ...output,
      errorCode: 'AGENT_TIMED_OUT',
      error: "the run passed the host's deadline and was ended",
    });
  });
});

describe('judgeEnding believes a plain frame', () => {
  test.each<[ErrorCode, HostTermination | undefined]>([
    ['INPUT_INVALID', undefined],
    ['INTERNAL', undefined],
    ['RUN_CANCELLED', 'cancelled'],
    ['INPUT_INVALID', 'cancelled'],
    ['INTERNAL', 'deadline'],
  ])('with exit code 1 and %s when the host ended it as %s, under its own requestId', (code, termination) => {
    const judged = judgeEnding(plain(failure(code, 'made-up')), exit(1), termination, facts);

    expect(judged).toEqual(failure(code));
  });

  const believable = ['INPUT_INVALID', 'RUN_CANCELLED', 'INTERNAL'];
  const others = (Object.keys(ERROR_TABLE) as ErrorCode[]).filter((code) => !believable.includes(code));

  test.each(others)('never with %s', (code) => {
    expect(judgeEnding(plain(failure(code)), exit(1), undefined, facts)).toMatchObject({
      errorCode: 'PROTOCOL_VIOLATION',
    });
  });

  test.each<[string, DecodedOutput, RunEnding]>([
    ['that says success with exit code 0', plain(success), exit(0)],
    ['that says success with exit code 1', plain(success), exit(1)],
    ['with exit code 0', plain(failure('INTERNAL')), exit(0)],
    ['with exit code 2', plain(failure('INTERNAL')), exit(2)],
    ['of a runner that was killed', plain(failure('INPUT_INVALID')), killed],
    ['that says cancelled where nobody cancelled', plain(failure('RUN_CANCELLED')), exit(1)],
  ])('never one %s', (_, decoded, how) => {
    expect(judgeEnding(decoded, how, undefined, facts)).toEqual(
      failedOutput(facts, 'PROTOCOL_VIOLATION', 'expected an output frame with the nonce, found a plain one'),
    );
  });

  test('that says cancelled not where the host ended it for its deadline', () => {
    const judged = judgeEnding(plain(failure('RUN_CANCELLED')), exit(1), 'deadline', facts);

    expect(judged.errorCode).toBe('AGENT_TIMED_OUT');
  });
});

describe('judgeEnding makes up an output', () => {
  const timedOut = "the run passed the host's deadline and was ended";
  const noFrame = 'the runner ended with exit code 3 and without an output frame';

  test.each<[string, DecodedOutput, RunEnding, HostTermination | undefined, ErrorCode, string]>([
    ['no frame', none, exit(3), undefined, 'CONTAINER_DIED', noFrame],
    [
      'no frame and last words',
      none,
      ending({ exitCode: 3, stderrTail: 'out of luck\n' }),
      undefined,
      'CONTAINER_DIED',
      `${noFrame}; it last said: out of luck`,
    ],
    ['no frame, exit 0', none, exit(0), undefined, 'CONTAINER_DIED', noFrame.replace('3', '0')],
    [
      'a signal',
      none,
      killed,
      undefined,
      'CONTAINER_DIED',
      'the runner ended by signal SIGKILL and without an output frame',
    ],
    [
      'a start that failed',
      none,
      ending({ startError: 'no such file' }),
      undefined,
      'CONTAINER_START_FAILED',
      'no such file',
    ],
    ['no frame after a cancel', none, killed, 'cancelled', 'RUN_CANCELLED', 'the run was cancelled'],
    ['no frame after the deadline', none, killed, 'deadline', 'AGENT_TIMED_OUT', timedOut],
    ['a violation', violation, exit(0), undefined, 'PROTOCOL_VIOLATION', 'two frames'],
    ['a violation the run was ended for', violation, killed, 'violation', 'PROTOCOL_VIOLATION', 'two frames'],
    ['a violation after a cancel', violation, killed, 'cancelled', 'RUN_CANCELLED', 'the run was cancelled'],
    ['a violation after the deadline', violation, killed, 'deadline', 'AGENT_TIMED_OUT', timedOut],
    [
      'an unbelievable frame after a cancel',
      plain(success),
      exit(0),
      'cancelled',
      'RUN_CANCELLED',
      'the run was cancelled',
    ],
  ])('for %s', (_, ...[decoded, how, termination, code, error]) => {
    expect(judgeEnding(decoded, how, termination, facts)).toEqual(failedOutput(facts, code, error));
  });
});

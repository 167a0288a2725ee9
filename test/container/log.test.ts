import { expect, test } from 'vitest';

import { createLog } from '../../container/agent-runner/log.ts';
import { createRedactor } from '../../container/agent-runner/redact.ts';

test('an entry is one redacted line of JSON', () => {
  const written: string[] = [];
  const log = createLog((text) => written.push(text), createRedactor(['line1\nline2']));

  log.warn('found line1\nline2', { stderr: ['line1\nline2'] });
  log.info('a\nb');

  expect(written.map((text) => text.at(-1))).toEqual(['\n', '\n']);
  expect(written.map((text) => JSON.parse(text) as unknown)).toEqual([
    { level: 'warn', time: expect.any(String), message: 'found [redacted]', stderr: ['[redacted]'] },
    { level: 'info', time: expect.any(String), message: 'a\nb' },
  ]);
  expect(written.join('').match(/\n/g)).toHaveLength(2);
});

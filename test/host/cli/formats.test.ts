import { describe, expect, test } from 'vitest';

import { exitCodeOf } from '../../../host/cli/exit-code.ts';
import { formatCost, formatCount, formatDuration, formatElapsed } from '../../../host/cli/format-amounts.ts';
import { pickGlyphs } from '../../../host/cli/glyphs.ts';
import { parseDuration } from '../../../host/cli/parse-duration.ts';
import {
  TerminalTextStream,
  toOneLine,
  toTerminalJson,
  toTerminalText,
} from '../../../host/cli/plain-text.ts';
import { toToolLabel } from '../../../host/cli/run-activity.ts';
import { renderStatus } from '../../../host/cli/status-line.ts';
import { pickStyle } from '../../../host/cli/style.ts';
import { cutToWidth, widthOf } from '../../../host/cli/text-width.ts';

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['1.5h', 5_400_000],
  ['0.001', 1],
  [' 2m ', 120_000],
  ['0', undefined],
  ['0.0001', undefined],
  ['-5', undefined],
  ['5 m', undefined],
  ['1d', undefined],
  ['soon', undefined],
  ['', undefined],
  ['s', undefined],
  ['600h', undefined],
  ['596h', 2_145_600_000],
])('parseDuration(%j) is %j', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  [0, '0 ms', '0.0 s'],
  [999, '999 ms', '0.9 s'],
  [3250, '3.2 s', '3.2 s'],
  [59_999, '59.9 s', '59.9 s'],
  [65_000, '1 min 05 s', '1 min 05 s'],
  [3_720_000, '1 h 02 min', '1 h 02 min'],
])('%d ms is written as %s, and as %s while it ticks', (durationMs, over, ticking) => {
  expect([formatDuration(durationMs), formatElapsed(durationMs)]).toEqual([over, ticking]);
});

test('amounts are written for people', () => {
  expect([formatCount(1, 'token'), formatCount(1234, 'token')]).toEqual(['1 token', '1,234 tokens']);
  expect([formatCost(0.01234), formatCost(2.5)]).toEqual(['$0.0123', '$2.50']);
});

test.each([
  [{ status: 'success' as const }, 0],
  [{ status: 'error' as const, errorCode: 'AGENT_FAILED' as const }, 1],
  [{ status: 'error' as const, errorCode: 'INPUT_INVALID' as const }, 64],
  [{ status: 'error' as const, errorCode: 'CONTAINER_START_FAILED' as const }, 69],
  [{ status: 'error' as const, errorCode: 'RUN_CANCELLED' as const }, 130],
])('%j ends with exit code %d', (output, expected) => {
  expect(exitCodeOf(output)).toBe(expected);
});

describe('text for a terminal', () => {
  test('keeps line feeds, tabs and letters of all scripts', () => {
    const text = 'a\tb\nñ 漢字 👩‍💻 \u2028';

    expect(toTerminalText(text)).toBe(text);
  });

  test('has no other control character, so that no escape sequence runs', () => {
    const every = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('');

    expect(toTerminalText(every)).toMatch(/^\t\n[ -~]+$/);
    expect(toTerminalText('\u001b]0;title\u0007\u009b31m')).toBe(']0;title31m');
  });

  test('is put on one line where it must be', () => {
    expect(toOneLine(' a\r\n\tb\u001b[2J  c ')).toBe('a b[2J c');
  });

  test('joins surrogate pairs that were split between two pieces', () => {
    const stream = new TerminalTextStream();

    expect([stream.push('a\ud83d'), stream.push('\ude00b'), stream.push('\u001bc')]).toEqual([
      'a',
      '😀b',
      'c',
    ]);
  });

  test('escapes in JSON what stringify leaves, without changing its value', () => {
    const value = 'a\u009b31m\u007f\u001b';
    const json = toTerminalJson(JSON.stringify(value));

    expect(json).toMatch(/^[ -~]+$/);
    expect(JSON.parse(json)).toBe(value);
  });
});

test.each([
  ['abc', 3],
  ['漢字', 4],
  ['👩‍💻', 2],
  ['e\u0301', 1],
  ['⠋ ✓ · …', 7],
  ['한글', 4],
])('%j is %d cells wide', (text, expected) => {
  expect(widthOf(text)).toBe(expected);
});

test('a text is cut between graphemes and never wider than asked for', () => {
  expect(cutToWidth('漢字漢字', 6, '…')).toBe('漢字…');
  expect(cutToWidth('漢字漢字', 8, '…')).toBe('漢字漢字');
  expect(cutToWidth('abc', 2, '...')).toBe('');
});

describe('the status line', () => {
  const facts = { activity: 'bash: ls -la', elapsedMs: 3250, totalTokens: 1234, tick: 0 };
  const unicode = pickGlyphs({ LANG: 'en_US.UTF-8' });

  test('tells what is done, for how long, and with how many tokens', () => {
    expect(renderStatus(facts, 80, unicode)).toBe('⠋ bash: ls -la · 3.2 s · 1,234 tokens');
    expect(renderStatus({ ...facts, totalTokens: undefined, tick: 11 }, 80, unicode)).toBe(
      '⠙ bash: ls -la · 3.2 s',
    );
  });

  test('is ASCII where the locale does not say UTF-8', () => {
    expect(renderStatus(facts, 80, pickGlyphs({ LANG: 'C' }))).toBe('| bash: ls -la | 3.2 s | 1,234 tokens');
  });

  test('cuts a long activity first, then gives up the numbers', () => {
    const long = { ...facts, activity: 'bash: find / -name "*.ts" -newer package.json' };

    expect(renderStatus(long, 40, unicode)).toBe('⠋ bash: find / … · 3.2 s · 1,234 tokens');
    expect(renderStatus(long, 30, unicode)).toBe('⠋ bash: find / -name… · 3.2 s');
    expect(renderStatus(long, 16, unicode)).toBe('⠋ bash: find /…');
  });

  test('is narrower than every terminal', () => {
    for (let columns = 0; columns <= 80; columns += 1) {
      const line = renderStatus({ ...facts, activity: '漢字 '.repeat(30) }, columns, unicode);

      expect(widthOf(line)).toBeLessThan(Math.max(columns, 1));
    }
  });
});

test.each([
  ['bash', { command: 'ls\n-la' }, 'bash: ls -la'],
  ['read', { offset: 3, path: 'a.md' }, 'read: a.md'],
  ['ask', { question: 'why?' }, 'ask: {"question":"why?"}'],
  ['none', {}, 'none'],
  ['odd\u001b[2J', 'text', 'odd[2J: "text"'],
  ['absent', undefined, 'absent'],
])('a call of %j with %j is shown as %j', (name, input, expected) => {
  expect(toToolLabel(name, input)).toBe(expected);
});

test('colours are for terminals without NO_COLOR', () => {
  expect(pickStyle(true, {}).bad('x')).toBe('\u001b[1m\u001b[31mx\u001b[39m\u001b[22m');
  expect(pickStyle(true, { NO_COLOR: '1' }).bad('x')).toBe('x');
  expect(pickStyle(true, { TERM: 'dumb' }).bad('x')).toBe('x');
  expect(pickStyle(false, {}).bad('x')).toBe('x');
});

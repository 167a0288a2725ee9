import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { type Termination, Watchdog } from '../../container/agent-runner/watchdog.ts';

const TIMEOUTS = { wallMs: 10_000, firstEventMs: 1000, stallMs: 2000 };

let bites: Termination[];
let isExcused: boolean;
let watchdog: Watchdog;

beforeEach(() => {
  vi.useFakeTimers();
  bites = [];
  isExcused = false;
  watchdog = new Watchdog(TIMEOUTS, {
    isExcused: () => isExcused,
    bite: (termination) => bites.push(termination),
  });
});

afterEach(() => {
  watchdog[Symbol.dispose]();
  vi.useRealTimers();
});

describe('before the first event', () => {
  test('it bites when firstEventMs have passed, not before', () => {
    vi.advanceTimersByTime(999);
    expect(bites).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(bites).toEqual([{ reason: 'first_event' }]);
  });

  test('noise is no event', () => {
    vi.advanceTimersByTime(900);
    watchdog.hear();
    vi.advanceTimersByTime(100);

    expect(bites).toEqual([{ reason: 'first_event' }]);
  });

  test('an excuse begins the wait again', () => {
    isExcused = true;
    vi.advanceTimersByTime(1000);
    isExcused = false;
    vi.advanceTimersByTime(999);
    expect(bites).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(bites).toEqual([{ reason: 'first_event' }]);
  });
});

describe('behind the first event', () => {
  beforeEach(() => watchdog.begin());

  test('it bites when the agent was silent for stallMs', () => {
    vi.advanceTimersByTime(1999);
    expect(bites).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(bites).toEqual([{ reason: 'stall' }]);
  });

  test('whatever the agent says begins the silence again', () => {
    for (let round = 0; round < 4; round += 1) {
      vi.advanceTimersByTime(1500);
      watchdog.hear();
    }
    expect(bites).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(bites).toEqual([{ reason: 'stall' }]);
  });

  test('an excuse holds as long as it lasts, and silence counts anew behind it', () => {
    isExcused = true;
    vi.advanceTimersByTime(5000);
    isExcused = false;
    vi.advanceTimersByTime(900);
    expect(bites).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(bites).toEqual([{ reason: 'stall' }]);
  });

  test('another begin changes nothing', () => {
    vi.advanceTimersByTime(1500);
    watchdog.begin();
    vi.advanceTimersByTime(500);

    expect(bites).toEqual([{ reason: 'stall' }]);
  });
});

describe('the whole run', () => {
  test('it bites when wallMs have passed, whatever is said or excused', () => {
    watchdog.begin();
    isExcused = true;
    for (let second = 0; second < 10; second += 1) {
      watchdog.hear();
      vi.advanceTimersByTime(1000);
    }

    expect(bites).toEqual([{ reason: 'wall' }]);
  });
});

test('once disposed it bites no more', () => {
  watchdog[Symbol.dispose]();
  vi.advanceTimersByTime(100_000);

  expect(bites).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

import { describe, expect, it } from 'vitest';

import {
  knownTimeZone,
  localDate,
  localDateTime,
  localYesterday,
} from '../../../container/agent-runner/system-prompt/local-date.ts';

describe('dates of a zone', () => {
  it.each([
    ['the zone is ahead', '2026-03-08T12:00:00Z', 'Pacific/Kiritimati', '2026-03-09T02:00:00+14:00'],
    ['the year has begun there', '2025-12-31T10:30:00Z', 'Pacific/Kiritimati', '2026-01-01T00:30:00+14:00'],
    ['the year goes on there', '2026-01-01T07:59:59Z', 'America/Los_Angeles', '2025-12-31T23:59:59-08:00'],
    [
      'summer time is about to begin',
      '2026-03-08T09:59:59Z',
      'America/Los_Angeles',
      '2026-03-08T01:59:59-08:00',
    ],
    ['summer time has begun', '2026-03-08T10:00:00Z', 'America/Los_Angeles', '2026-03-08T03:00:00-07:00'],
    ['summer time has ended', '2026-11-01T09:00:00Z', 'America/Los_Angeles', '2026-11-01T01:00:00-08:00'],
    ['the zone has a half hour', '2026-03-01T00:00:00Z', 'Asia/Kolkata', '2026-03-01T05:30:00+05:30'],
    ['the zone is UTC', '2026-03-01T00:00:00Z', 'UTC', '2026-03-01T00:00:00+00:00'],
    ['the zone is unknown', '2026-03-01T00:00:00Z', 'Mars/Olympus', '2026-03-01T00:00:00+00:00'],
    ['the zone is empty', '2026-03-01T00:00:00Z', '', '2026-03-01T00:00:00+00:00'],
  ])('are right when %s', (_when, now, timeZone, expected) => {
    const given = localDateTime(new Date(now), timeZone);

    expect(given).toBe(expected);
    expect(localDate(new Date(now), timeZone)).toBe(expected.slice(0, 10));
    expect(Date.parse(given)).toBe(Date.parse(now));
  });

  it.each([
    ['a day of 23 hours', '2026-03-09T06:30:00Z', 'America/Los_Angeles', '2026-03-08', '2026-03-07'],
    [
      'the day after one of 23 hours',
      '2026-03-10T06:30:00Z',
      'America/Los_Angeles',
      '2026-03-09',
      '2026-03-08',
    ],
    [
      'the morning after one of 25 hours',
      '2026-11-02T08:30:00Z',
      'America/Los_Angeles',
      '2026-11-02',
      '2026-11-01',
    ],
    ['the end of one of 25 hours', '2026-11-02T07:30:00Z', 'America/Los_Angeles', '2026-11-01', '2026-10-31'],
    ['the new year', '2025-12-31T10:30:00Z', 'Pacific/Kiritimati', '2026-01-01', '2025-12-31'],
    ['the day after a leap day', '2028-03-01T12:00:00Z', 'UTC', '2028-03-01', '2028-02-29'],
  ])('give the calendar day before on %s', (...row) => {
    const [, now, timeZone, today, yesterday] = row;

    expect(localDate(new Date(now), timeZone)).toBe(today);
    expect(localYesterday(new Date(now), timeZone)).toBe(yesterday);
  });
});

describe('knownTimeZone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['Mars/Olympus', 'UTC'],
    ['', 'UTC'],
  ])('turns %j into %j', (timeZone, expected) => {
    expect(knownTimeZone(timeZone)).toBe(expected);
  });
});

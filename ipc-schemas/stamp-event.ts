import type { RunEvent, RunFact } from './run-event.ts';

/** The longest tool output that an event carries, in bytes of UTF-8. */
export const MAX_EVENT_OUTPUT_BYTES = 4096;

/** Keeps the stamp in front for people who read the lines. */
const STAMP_FIRST = { seq: 0, time: 0 };

/** Stamps facts with sequence numbers from 1 and the time, over any they had: one stamper a stream. */
export function startEventStamper(
  now: () => number = Date.now,
): (fact: RunFact | RunEvent, timeMs?: number) => RunEvent {
  let seqSoFar = 0;
  return (fact, timeMs = now()) => {
    seqSoFar += 1;
    const { type, ...rest } = fact;
    return { type, ...STAMP_FIRST, ...rest, seq: seqSoFar, time: timeMs } as RunEvent;
  };
}

#!/usr/bin/env node
// Prints BENCH_BYTES of events of 1 KB (BENCH_LINE=events), or one line of that length (BENCH_LINE=one), then one answer.
import { writeSync } from 'node:fs';

const line = (event) => `${JSON.stringify(event)}\n`;
const write = (bytes) => {
  for (let from = 0; from < bytes.length; from += writeSync(1, bytes, from));
};
const delta = { type: 'text_delta', contentIndex: 0, delta: 'x'.repeat(760) };
const usage = {
  input: 60,
  output: 20,
  cacheRead: 40,
  cacheWrite: 0,
  totalTokens: 120,
  cost: { total: 0.0001 },
};
const event = line({ type: 'message_update', usage, assistantMessageEvent: delta });
const isOneLine = process.env.BENCH_LINE === 'one';
const block = Buffer.from(isOneLine ? 'x'.repeat(65536) : event.repeat(64));
write(Buffer.from(line({ type: 'agent_start' })));
for (let left = Number(process.env.BENCH_BYTES); left > 0; left -= block.length) write(block);
if (isOneLine) write(Buffer.from('\n'));
const content = [{ type: 'text', text: 'done' }];
write(
  Buffer.from(
    line({ type: 'message_end', message: { role: 'assistant', content, stopReason: 'stop', usage } }),
  ),
);
write(
  Buffer.from(
    line({ type: 'agent_end', willRetry: false }) + line({ type: 'agent_settled', aborted: false }),
  ),
);

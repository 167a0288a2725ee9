import { join } from 'node:path';

import { listQuarantine, type QuarantineEntry } from '../../ipc-gateway/list-quarantine.ts';
import { formatCount } from '../format-amounts.ts';
import type { Finding } from './finding.ts';

const MAX_REASONS = 3;
const MAX_REASON_CHARS = 120;

/** Finds what was set aside of what agents wrote into their IPC directories. */
export function checkQuarantine(dataDir: string): Finding {
  return judgeQuarantine(listQuarantine(dataDir), join(dataDir, 'quarantine'));
}

/** Judges what is in quarantine, the oldest first. */
export function judgeQuarantine(
  entries: readonly Pick<QuarantineEntry, 'groupFolder' | 'reason'>[],
  directory: string,
): Finding {
  const name = 'quarantine';
  if (entries.length === 0) return { name, state: 'ok', found: 'empty' };
  const reasons = entries.toReversed().map((entry) => `${entry.groupFolder}: ${cut(entry.reason)}`);
  const newest = [...new Set(reasons)].slice(0, MAX_REASONS).join('; ');
  return {
    name,
    state: 'warning',
    found: `${formatCount(entries.length, 'item')} set aside in ${directory}, the newest: ${newest}`,
    cure: `look at them (facts.json says what each is; content may be a link or a pipe), then delete ${directory}`,
  };
}

function cut(reason: string): string {
  return reason.length <= MAX_REASON_CHARS
    ? reason
    : `${reason.slice(0, MAX_REASON_CHARS).toWellFormed()}...`;
}

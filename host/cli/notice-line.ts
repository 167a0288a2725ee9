import type { RunEvent } from '../../ipc-schemas/index.ts';
import { formatDuration } from './format-amounts.ts';
import { toOneLine } from './plain-text.ts';
import type { Style } from './style.ts';

/** The line for stderr about an event that a user should hear of beside the answer; undefined for all others. */
export function toNoticeLine(event: RunEvent, style: Style): string | undefined {
  if (event.type === 'retry') {
    const wait = formatDuration(event.delayMs);
    return renderNotice('info', `retry ${event.attempt} in ${wait}: ${event.reason}`, style);
  }
  return event.type === 'notice' ? renderNotice(event.level, event.text, style) : undefined;
}

/** A line from Turnbox itself; what is no mere information says so and stands out. */
export function renderNotice(level: 'info' | 'warning' | 'error', text: string, style: Style): string {
  const told = toOneLine(text);
  switch (level) {
    case 'info':
      return `turnbox: ${told}`;
    case 'warning':
      return `${style.warning('turnbox: warning:')} ${told}`;
    case 'error':
      return `${style.bad('turnbox: error:')} ${told}`;
  }
}

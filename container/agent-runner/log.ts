import type { Redactor } from './redact.ts';

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
}

/** A log of JSON lines, redacted: stdout belongs to the protocol, so it goes to stderr. */
export function createLog(write: (text: string) => void, redactor: Redactor): Log {
  const line = (level: string, message: string, facts: Record<string, unknown> = {}): void => {
    const entry = redactor.value({ level, time: new Date().toISOString(), message, ...facts });
    write(`${JSON.stringify(entry)}\n`);
  };
  return {
    info: (message, facts) => line('info', message, facts),
    warn: (message, facts) => line('warn', message, facts),
  };
}

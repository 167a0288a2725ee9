import { hostname } from 'node:os';

/** Who this process is, to people who look for it. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly hostName: string;
}

export function readProcessIdentity(): ProcessIdentity {
  return { pid: process.pid, hostName: hostname() };
}

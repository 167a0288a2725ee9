import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import { newRequestId, REQUEST_ID_PATTERN } from '../../ipc-schemas/index.ts';
import { readProcessIdentity } from './config.ts';

/** Who serves a run: written into its run file, for people and for `isOwnerAlive`. */
export const GatewayOwnerSchema = z.object({
  id: z.string().regex(REQUEST_ID_PATTERN),
  pid: z.int(),
  hostName: z.string(),
  since: z.string(),
});

export type GatewayOwner = z.infer<typeof GatewayOwnerSchema>;

/** An owner that is alive for as long as this is not disposed. */
export interface HeldOwner extends Disposable {
  readonly owner: GatewayOwner;
}

const SQLITE_BUSY = 5;
const HOUR_MS = 3_600_000;

/**
 * Makes this process known as one that serves runs.
 *
 * It holds a lock of the operating system on a file of its own, which ends with the process however that ends:
 * no process id that was given out again, no clock, no heartbeat can make a dead owner look alive.
 */
export function holdOwner(dataDir: string): HeldOwner {
  const directory = join(dataDir, 'gateways');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  sweepDead(dataDir, directory);
  const owner: GatewayOwner = {
    id: newRequestId(),
    ...readProcessIdentity(),
    since: new Date().toISOString(),
  };
  const path = lockPath(dataDir, owner.id);
  const lock = new DatabaseSync(path, { timeout: 0 });
  lock.exec('BEGIN EXCLUSIVE');
  return {
    owner,
    [Symbol.dispose]: () => {
      if (!lock.isOpen) return;
      lock.close();
      rmSync(path, { force: true });
    },
  };
}

/** Whether the gateway of this id still runs, in whatever process of this machine. */
export function isOwnerAlive(dataDir: string, ownerId: string): boolean {
  let probe: DatabaseSync;
  try {
    probe = new DatabaseSync(lockPath(dataDir, ownerId), { readOnly: true, timeout: 0 });
  } catch {
    // It took its lock file with it.
    return false;
  }
  try {
    probe.exec('SELECT 1 FROM sqlite_schema');
    return false;
  } catch (error) {
    return (error as { errcode?: number }).errcode === SQLITE_BUSY;
  } finally {
    probe.close();
  }
}

/** Who it is and since when, on half a line. */
export function describeOwner({ pid, hostName, since }: GatewayOwner): string {
  return `process ${pid} on ${hostName} since ${since}`;
}

/** Young lock files are left: one may not be locked yet. */
function sweepDead(dataDir: string, directory: string): void {
  for (const name of readdirSync(directory)) {
    const facts = statSync(join(directory, name), { throwIfNoEntry: false });
    const isOld = facts !== undefined && Date.now() - facts.mtimeMs > HOUR_MS;
    if (isOld && !isOwnerAlive(dataDir, name.replace(/\.lock$/, '')))
      rmSync(join(directory, name), { force: true });
  }
}

function lockPath(dataDir: string, ownerId: string): string {
  return join(dataDir, 'gateways', `${ownerId}.lock`);
}

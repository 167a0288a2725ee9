import { TurnboxError } from '../../ipc-schemas/index.ts';
import type { ActionLedger } from './action-ledger.ts';
import { describeOwner, type GatewayOwner, isOwnerAlive } from './gateway-owner.ts';
import { readRunFile, type RunFile, writeRunFile } from './run-file.ts';

/** Where claims are made and by whom. */
export interface Claimant {
  readonly dataDir: string;
  readonly ledger: ActionLedger;
  readonly owner: GatewayOwner;
}

/**
 * Makes a run this gateway's.
 *
 * Ownership goes by runs, not by the data directory: any number of gateways share one, such as a `turnbox run`
 * beside a host, and each serves the runs that it started. Throws CONTAINER_START_FAILED, naming the owner, where
 * one that is alive serves the run already. Claims exclude each other by the write lock of the ledger.
 */
export function claimRun(claimant: Claimant, runDir: string, run: Omit<RunFile, 'owner'>): void {
  claimant.ledger.exclusively(() => {
    const found = readRunFile(runDir);
    if (found !== undefined && isOwnerAlive(claimant.dataDir, found.owner.id)) {
      throw new TurnboxError(
        'CONTAINER_START_FAILED',
        `expected the run ${run.runId} to be nobody's, found it served by ${describeOwner(found.owner)}`,
      );
    }
    writeRunFile(runDir, { ...run, owner: claimant.owner });
  });
}

/** Makes a run this gateway's whose owner is dead, where `mayTake` agrees; undefined where it is not to be had. */
export function claimDeadRun(
  claimant: Claimant,
  runDir: string,
  mayTake: (run: RunFile) => boolean,
): RunFile | undefined {
  return claimant.ledger.exclusively(() => {
    const found = readRunFile(runDir);
    if (found === undefined || isOwnerAlive(claimant.dataDir, found.owner.id)) return undefined;
    if (!mayTake(found)) return undefined;
    writeRunFile(runDir, { ...found, owner: claimant.owner });
    return found;
  });
}

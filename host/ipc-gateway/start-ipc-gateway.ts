import { lstatSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { REQUEST_ID_PATTERN, TurnboxError } from '../../ipc-schemas/index.ts';
import type { ActionHandlers } from './action-handlers.ts';
import { ActionLedger } from './action-ledger.ts';
import { DEFAULT_RETRY, type DeliverMessage, type RetryPolicy } from './chat-lanes.ts';
import { claimRun } from './claim-run.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { holdOwner } from './gateway-owner.ts';
import type { TakeNotice } from './notices.ts';
import { Quarantine } from './quarantine.ts';
import { DEFAULT_QUOTAS, type GatewayQuotas } from './quotas.ts';
import { recoverRuns } from './recover-runs.ts';
import { removeRunFile, type RunAuthority, type RunFile } from './run-file.ts';
import { type AttachedRun, type ServedRun, serveRun } from './serve-run.ts';
import { Turnstile } from './turnstile.ts';
import { LeafWatch, type WatchDirectories } from './watch-leaves.ts';

export interface IpcGatewayOptions {
  readonly dataDir: string;
  readonly handlers: ActionHandlers;
  /** Without it, messages stay in their files. */
  readonly onMessage?: DeliverMessage | undefined;
  /** Must not throw. */
  readonly onNotice?: TakeNotice | undefined;
  readonly quotas?: Partial<GatewayQuotas> | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** Which runs of gateways that died are cleared up, their messages given to `onMessage`; all by default. */
  readonly mayRecover?: ((run: RunFile) => boolean) | undefined;
  /** How directories are watched; by chokidar by default. */
  readonly watchDirectories?: WatchDirectories | undefined;
}

/** A run to be served, for whom it acts and where. */
interface AttachOptions extends RunAuthority {
  /** `runs/<runId>/ipc` below the data directory, with its three leaf directories, made by the host just now. */
  readonly ipcDir: string;
  /** The input's, for whoever reads the run file. */
  readonly requestId?: string;
}

/** Serves the IPC directories of runs. */
export interface IpcGateway extends AsyncDisposable {
  /**
   * Begins to serve a run; to be called before its container starts.
   *
   * Throws CONTAINER_START_FAILED where another gateway serves it already, or a directory is missing.
   */
  attach(run: AttachOptions): AttachedRun;
  /** Resolves when what dead gateways left is cleared up. */
  recovered(): Promise<void>;
  /** Stops serving, without draining. */
  close(): Promise<void>;
}

/** An event is a hint; this is what finds what had none. */
const RESCAN_MS = 1000;

/** Where events do not arrive. */
const POLL_MS = 150;

/**
 * Starts what answers the requests of agents and delivers their messages.
 *
 * Any number of gateways share a data directory, in one process or many: each owns the runs that were attached to
 * it, and a run that another one serves is refused. Runs whose gateway died are cleared up in the background.
 */
export async function startIpcGateway(options: IpcGatewayOptions): Promise<IpcGateway> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return openGateway(dataDir, options);
}

function openGateway(dataDir: string, options: IpcGatewayOptions): IpcGateway {
  const parts = openParts(dataDir, options);
  const held = holdOwner(dataDir);
  const claimant = { dataDir, ledger: parts.ledger, owner: held.owner };
  const watch = new LeafWatch(dataDir, parts.takeNotice, options.watchDirectories);
  const runs = new Set<ServedRun>();
  const closing = new AbortController();
  const timer = startTicking(watch, runs);
  const recovering = recoverRuns(parts, claimant, options.mayRecover ?? (() => true), closing.signal);
  const recovered = recovering.catch((error: unknown) => {
    parts.takeNotice({ level: 'error', text: `dead runs could not be cleared up: ${String(error)}` });
  });
  const claimAndServe = (ipcDir: string, facts: Omit<AttachOptions, 'ipcDir'>): ServedRun => {
    const runDir = dirname(ipcDir);
    claimRun(claimant, runDir, facts);
    try {
      return serveRun(parts, facts, ipcDir, watch);
    } catch (error) {
      removeRunFile(runDir);
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    if (closing.signal.aborted) return;
    closing.abort();
    clearInterval(timer);
    await Promise.all([...runs].map((run) => run[Symbol.asyncDispose]()));
    await recovered;
    await watch.close();
    held[Symbol.dispose]();
    parts.ledger[Symbol.dispose]();
  };
  return {
    attach: ({ ipcDir, ...facts }) => {
      if (closing.signal.aborted) throw new TurnboxError('INTERNAL', 'the gateway is closed');
      if (!REQUEST_ID_PATTERN.test(facts.runId)) {
        throw new TurnboxError(
          'INTERNAL',
          `runId: expected a name of letters and digits, found "${facts.runId}"`,
        );
      }
      const served = claimAndServe(resolve(ipcDir), facts);
      runs.add(served);
      return {
        get violation() {
          return served.violation;
        },
        violated: served.violated,
        drain: (signal) => served.drain(signal),
        [Symbol.asyncDispose]: async () => {
          await served[Symbol.asyncDispose]();
          runs.delete(served);
        },
      };
    },
    recovered: () => recovered,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function openParts(dataDir: string, options: IpcGatewayOptions): GatewayParts {
  const takeNotice = options.onNotice ?? (() => undefined);
  const onDamage = (setAside: string): void =>
    takeNotice({
      level: 'warning',
      text: `the IPC ledger was damaged and is begun anew; the old one is ${setAside}`,
    });
  return {
    handlers: options.handlers,
    onMessage: options.onMessage,
    retry: { ...DEFAULT_RETRY, ...options.retry },
    quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
    ledger: ActionLedger.open(dataDir, onDamage),
    quarantine: new Quarantine(dataDir),
    turnstile: new Turnstile(),
    takeNotice,
    isGroup: (name) =>
      lstatSync(join(dataDir, 'groups', name), { throwIfNoEntry: false })?.isDirectory() === true,
  };
}

/** Looks at every run again and again: seldom where events arrive, often where they don't. */
function startTicking(watch: LeafWatch, runs: ReadonlySet<ServedRun>): NodeJS.Timeout {
  let lastMs = performance.now();
  return setInterval(() => {
    if (watch.isReliable && performance.now() - lastMs < RESCAN_MS) return;
    lastMs = performance.now();
    for (const run of runs) run.rescan();
  }, POLL_MS);
}

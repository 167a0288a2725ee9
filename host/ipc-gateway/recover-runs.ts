import { existsSync, readdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { REQUEST_ID_PATTERN, TurnboxError } from '../../ipc-schemas/index.ts';
import { type Claimant, claimDeadRun } from './claim-run.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { LeafDirectory, type LeafName } from './leaf-directory.ts';
import { MessageIntake } from './message-intake.ts';
import { RunNotices } from './notices.ts';
import type { RunFile } from './run-file.ts';
import { WritingGrace } from './writing-grace.ts';

/**
 * Clears up behind gateways that died: of each of their runs, requests are removed, messages are delivered, and
 * then its directory goes.
 *
 * Takes the runs that `mayTake` agrees to, and no other gateway takes them, too. A run without a run file is not a
 * gateway's and is left alone. What the signal cuts short is left for the next start. The containers of these runs
 * must be gone, or be stopped by then: whoever removes a directory must be alone in it.
 */
export async function recoverRuns(
  parts: GatewayParts,
  claimant: Claimant,
  mayTake: (run: RunFile) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const runsDir = join(claimant.dataDir, 'runs');
  const runIds = await namesIn(runsDir);
  const claimed = runIds.flatMap((runId) => {
    const runDir = join(runsDir, runId);
    const isOurs = (found: RunFile): boolean =>
      found.runId === runId && mayTake(found) && (parts.onMessage !== undefined || hasNoMessages(runDir));
    return claimDeadRun(claimant, runDir, isOurs) ?? [];
  });
  await Promise.all(claimed.map((run) => recoverRun(parts, run, join(runsDir, run.runId), signal)));
  for (const runId of parts.ledger.runIds()) {
    if (!existsSync(join(runsDir, runId))) parts.ledger.forget(runId);
  }
}

async function recoverRun(
  parts: GatewayParts,
  run: RunFile,
  runDir: string,
  signal: AbortSignal,
): Promise<void> {
  const notices = new RunNotices(run.runId, parts.takeNotice);
  try {
    const isDone = await deliverRest(parts, run, join(runDir, 'ipc'), { notices, signal });
    if (!isDone) return;
    parts.ledger.forget(run.runId);
    await parts.quarantine.dropTrees(run.runId);
    await rm(runDir, { recursive: true, force: true });
    notices.add('recovered', 'info', 'was cleared up: its gateway had died');
  } catch (error) {
    notices.add('recovery', 'error', `could not be cleared up: ${String(error)}`);
  }
}

/** Says whether nothing is left to do. */
async function deliverRest(
  parts: GatewayParts,
  run: RunFile,
  ipcDir: string,
  { notices, signal }: { notices: RunNotices; signal: AbortSignal },
): Promise<boolean> {
  await using actions = openLeaf(ipcDir, 'actions');
  for (const { name } of actions?.entries() ?? []) actions?.remove(name);
  await using messages = openLeaf(ipcDir, 'messages');
  if (messages === undefined || parts.onMessage === undefined) return true;
  const grace = new WritingGrace(() => undefined);
  grace.end();
  const setting = { parts, run, notices, onViolation: ignore, onFlood: ignore, grace, signal };
  const intake = new MessageIntake(setting, messages, parts.onMessage);
  await intake.deliverAll(() => intake.scan(), signal);
  return !signal.aborted;
}

/** Nobody runs who could be stopped, or asked to be slower. */
function ignore(): void {}

/** A leaf that is gone or was swapped for something else holds nothing for us. */
function openLeaf(ipcDir: string, name: LeafName): LeafDirectory | undefined {
  try {
    return new LeafDirectory(ipcDir, name);
  } catch (error) {
    if (error instanceof TurnboxError) return undefined;
    throw error;
  }
}

function hasNoMessages(runDir: string): boolean {
  try {
    return readdirSync(join(runDir, 'ipc', 'messages')).length === 0;
  } catch {
    // Gone already.
    return true;
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => REQUEST_ID_PATTERN.test(name));
  } catch {
    // No run was ever started.
    return [];
  }
}

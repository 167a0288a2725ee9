import type { LeafWatch } from './watch-leaves.ts';
import type { GatewayParts } from './gateway-parts.ts';
import type { IntakeSetting } from './intake-setting.ts';
import { codeOf, isTamperingCode, LeafDirectory, type LeafName } from './leaf-directory.ts';
import { MessageIntake } from './message-intake.ts';
import { RunNotices } from './notices.ts';
import { RequestIntake } from './request-intake.ts';
import { Rescanner } from './rescanner.ts';
import type { RunAuthority } from './run-file.ts';
import { WritingGrace } from './writing-grace.ts';

/** How long handlers may go on when the run has ended and nobody waits for them. */
const DRAIN_REQUESTS_MS = 5000;

/** How long they may take to end once they are told. */
const ABANDONED_MS = 1000;

/** A run that is being served. */
export interface AttachedRun extends AsyncDisposable {
  /** Why the run must be stopped: its directories were tampered with. Undefined while all is well. */
  readonly violation: string | undefined;
  /** Aborted, with that text as its reason, when the run must be stopped. */
  readonly violated: AbortSignal;
  /**
   * To be called when the run has ended: answers the requests that lie there and delivers the messages, or sets
   * them aside. Resolves early with the signal.
   */
  drain(signal?: AbortSignal): Promise<void>;
}

/** One run's part of the gateway. */
export interface ServedRun extends AttachedRun {
  /** Looks at the directories again. */
  rescan(): void;
}

/** What takes the files of a leaf. */
interface Scanned {
  scan(): Promise<void>;
  readonly isCalm: boolean;
}

/** A leaf and what looks after it. */
interface Post {
  readonly leaf: LeafDirectory;
  readonly rescanner: Rescanner;
}

/**
 * Serves a run from its directories, which the host has just made, until it is disposed.
 *
 * Disposing ends everything, sets undelivered messages aside and forgets the run; its directory is the caller's to
 * remove. Throws CONTAINER_START_FAILED where a directory is missing.
 */
export function serveRun(
  parts: GatewayParts,
  run: RunAuthority,
  ipcDir: string,
  watch: LeafWatch,
): ServedRun {
  const closing = new AbortController();
  const violating = new AbortController();
  const notices = new RunNotices(run.runId, parts.takeNotice);
  const onViolation = (reason: string): void => {
    if (violating.signal.aborted) return;
    notices.add('violation', 'error', `${reason}; the run must be stopped`);
    violating.abort(reason);
  };
  // Each change in a crowded directory makes the watcher read it all: the regular look must do.
  const onFlood = (leaf: LeafDirectory): void => watch.remove(leaf.path);
  const grace = new WritingGrace(() => rescan());
  const { signal } = closing;
  const setting: IntakeSetting = { parts, run, notices, onViolation, onFlood, grace, signal };
  const leaves = openLeaves(ipcDir);
  const [actions, messages, results] = leaves;
  const requests = new RequestIntake(setting, actions, results);
  const intake = parts.onMessage && new MessageIntake(setting, messages, parts.onMessage);
  const shared = { setting, leaves, watch, violated: violating.signal };
  const forActions = startPost(shared, actions, requests);
  const forMessages = intake && startPost(shared, messages, intake);
  const posts = forMessages === undefined ? [forActions] : [forActions, forMessages];
  const rescan = (): void => posts.forEach(({ rescanner }) => rescanner.wake());
  rescan();
  return {
    get violation() {
      return violating.signal.aborted ? String(violating.signal.reason) : undefined;
    },
    violated: violating.signal,
    rescan,
    drain: async (signal) => {
      grace.end();
      await forActions.rescanner.settle();
      const abandoning = setTimeout(() => requests.abandon(), DRAIN_REQUESTS_MS);
      const patience = AbortSignal.timeout(DRAIN_REQUESTS_MS + ABANDONED_MS);
      await requests.idle(AbortSignal.any(signal === undefined ? [patience] : [patience, signal]));
      clearTimeout(abandoning);
      if (forMessages !== undefined) await intake?.deliverAll(() => forMessages.rescanner.settle(), signal);
      await parts.quarantine.dropTrees(run.runId);
    },
    [Symbol.asyncDispose]: async () => {
      if (closing.signal.aborted) return;
      for (const { leaf } of posts) watch.remove(leaf.path);
      closing.abort();
      await Promise.all(posts.map(({ rescanner }) => rescanner.ended()));
      intake?.setAsideRest();
      for (const leaf of leaves) await leaf[Symbol.asyncDispose]();
      parts.ledger.forget(run.runId);
    },
  };
}

type Leaves = readonly [actions: LeafDirectory, messages: LeafDirectory, results: LeafDirectory];

/** All three, or none. */
function openLeaves(ipcDir: string): Leaves {
  const opened: LeafDirectory[] = [];
  const openOne = (name: LeafName): LeafDirectory => {
    const leaf = new LeafDirectory(ipcDir, name);
    opened.push(leaf);
    return leaf;
  };
  try {
    return [openOne('actions'), openOne('messages'), openOne('action_results')];
  } catch (error) {
    for (const leaf of opened) void leaf[Symbol.asyncDispose]();
    throw error;
  }
}

interface PostSetting {
  readonly setting: IntakeSetting;
  readonly leaves: Leaves;
  readonly watch: LeafWatch;
  readonly violated: AbortSignal;
}

/** Watches a leaf and scans it when something happens; one with too much in it is scanned without being watched. */
function startPost(shared: PostSetting, leaf: LeafDirectory, scanned: Scanned): Post {
  const { setting, leaves, watch, violated } = shared;
  const rescanner: Rescanner = new Rescanner(async () => {
    for (const each of leaves) reportTampering(each, setting.onViolation);
    // Messages go on: through the descriptor nobody is misled, and what was said before a violation counts.
    if (leaf.name === 'messages' || !violated.aborted) await scanSafely(setting, leaf, scanned);
    if (!setting.signal.aborted && scanned.isCalm) watch.add(leaf.path, () => rescanner.wake());
  }, setting.signal);
  watch.add(leaf.path, () => rescanner.wake());
  return { leaf, rescanner };
}

function reportTampering(leaf: LeafDirectory, onViolation: (reason: string) => void): void {
  const tampering = leaf.tampering();
  if (tampering !== undefined) onViolation(tampering);
}

/** Scans a leaf, and tells trouble with the machine from tampering. */
async function scanSafely(
  { notices, onViolation }: IntakeSetting,
  leaf: LeafDirectory,
  scanned: Scanned,
): Promise<void> {
  try {
    await scanned.scan();
  } catch (error) {
    const code = codeOf(error);
    if (isTamperingCode(code)) onViolation(`the directory ${leaf.name} cannot be read (${code})`);
    else notices.add('scan', 'error', `${leaf.name} cannot be read: ${String(error)}`);
  }
}

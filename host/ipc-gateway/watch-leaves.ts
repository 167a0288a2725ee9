import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { watch } from 'chokidar';

import type { TakeNotice } from './notices.ts';

/** Tells when something happens in directories. */
export interface DirectoryWatch {
  add(path: string): void;
  remove(path: string): void;
  close(): Promise<void>;
}

/** What a watch reports to: hints only, never the truth. */
interface WatchReports {
  /** Something may have happened in a directory, to an entry of this name where that is known. */
  readonly onChange: (directory: string, name: string | undefined) => void;
  /** Not everything is watched any more, such as for want of watches. */
  readonly onTrouble: (reason: string) => void;
}

export type WatchDirectories = (reports: WatchReports) => DirectoryWatch;

const SELF_TEST_MS = 1000;
const SELF_TEST_STEP_MS = 50;

/**
 * Watches directories with chokidar, one watcher for all.
 *
 * Only the raw event is used, as it comes from the kernel: 0.3 ms after the change where chokidar's own events take
 * 1.6. Every entry is ignored, so that chokidar keeps no list of them, however many an agent makes.
 */
function watchDirectories({ onChange, onTrouble }: WatchReports): DirectoryWatch {
  const watched = new Set<string>();
  const watcher = watch([], {
    backend: 'native',
    depth: 0,
    followSymlinks: false,
    atomic: false,
    ignored: (path) => !watched.has(path),
  });
  watcher.on('raw', (_event, name, details) => {
    const directory = (details as { watchedPath?: string } | undefined)?.watchedPath;
    if (directory !== undefined && watched.has(directory)) onChange(directory, name ?? undefined);
  });
  // Only now it is watched: what came before had no event.
  watcher.on('addDir', (path) => onChange(path, undefined));
  watcher.on('error', (error) => onTrouble(String(error)));
  return {
    add: (path) => {
      watched.add(path);
      watcher.add(path);
    },
    remove: (path) => {
      watched.delete(path);
      watcher.unwatch(path);
    },
    close: () => watcher.close(),
  };
}

/** Watches the leaf directories of runs and says whether that may be relied upon. */
export class LeafWatch {
  readonly #watch: DirectoryWatch;
  readonly #takeNotice: TakeNotice;
  readonly #listeners = new Map<string, () => void>();
  readonly #closing = new AbortController();
  readonly #testing: Promise<void>;
  #isProven = false;
  #isInTrouble = false;

  /** Begins with a test in a directory of its own below `dataDir`; until it is passed, nothing is relied upon. */
  constructor(dataDir: string, takeNotice: TakeNotice, watching: WatchDirectories = watchDirectories) {
    this.#takeNotice = takeNotice;
    this.#watch = watching({
      onChange: (directory, name) => {
        // Unfinished work: its renaming is an event of its own.
        if (name?.endsWith('.tmp') !== true) this.#listeners.get(directory)?.();
      },
      onTrouble: (reason) => this.#distrust(reason),
    });
    this.#testing = this.#test(dataDir);
  }

  /** Whether events arrive; otherwise directories are to be scanned often. */
  get isReliable(): boolean {
    return this.#isProven && !this.#isInTrouble;
  }

  /** Watches a directory, unless it is watched already. */
  add(path: string, onChange: () => void): void {
    if (this.#listeners.has(path)) return;
    this.#listeners.set(path, onChange);
    this.#watch.add(path);
  }

  remove(path: string): void {
    if (this.#listeners.delete(path)) this.#watch.remove(path);
  }

  /** Resolves when the test is over. */
  async tested(): Promise<void> {
    await this.#testing;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#testing;
    await this.#watch.close();
  }

  async #test(dataDir: string): Promise<void> {
    const { signal } = this.#closing;
    const directory = await mkdtemp(join(dataDir, '.watch-test-'));
    const seen = Promise.withResolvers<void>();
    this.add(directory, () => seen.resolve());
    void seen.promise.then(() => (this.#isProven = true));
    try {
      const deadlineMs = performance.now() + SELF_TEST_MS;
      for (let step = 0; !this.#isProven && performance.now() < deadlineMs; step += 1) {
        await writeFile(join(directory, `${step}.json`), '');
        await Promise.race([seen.promise, delay(SELF_TEST_STEP_MS, undefined, { signal })]);
      }
    } catch {
      // Closed meanwhile, or the disk is full: then nothing is relied upon.
    }
    this.remove(directory);
    await rm(directory, { recursive: true, force: true });
    if (!this.#isProven && !signal.aborted) this.#distrust('no event arrived');
  }

  #distrust(reason: string): void {
    if (this.#isInTrouble) return;
    this.#isInTrouble = true;
    this.#takeNotice({
      level: 'warning',
      text: `directories cannot be watched (${reason}); they are scanned several times a second instead`,
    });
  }
}

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { newRequestId } from '../../ipc-schemas/index.ts';
import type { LeafDirectory } from './leaf-directory.ts';
import { entryNames, parseEntryName, type QuarantineFacts, readFacts } from './list-quarantine.ts';

/** What is set aside, and why. */
export interface Suspect {
  readonly leaf: LeafDirectory;
  /** As `listSpool` gives it. */
  readonly name: string;
  readonly runId: string;
  readonly groupFolder: string;
  readonly reason: string;
}

/** What became of it: moved, removed since there was no room, or still where it was. */
export type SetAside = 'moved' | 'removed' | 'stuck';

export interface QuarantineLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

const DEFAULT_LIMITS: QuarantineLimits = { maxEntries: 1000, maxBytes: 256 * 1024 * 1024 };

/** How often other processes' entries are counted, too. */
const RECOUNT_AFTER = 50;

/**
 * Where hostile files go, and messages that cannot be delivered: `<dataDir>/quarantine/`, which no container sees.
 *
 * Each has a directory of its own under a name of ours, with what it was called in `facts.json`. Bounded in count
 * and bytes: the oldest go first. The whole tree of a directory counts as nothing until its run has ended, and is
 * then removed: while somebody may still change it from inside, nothing walks through it.
 */
export class Quarantine {
  readonly #dataDir: string;
  readonly #directory: string;
  readonly #limits: QuarantineLimits;
  #entries: string[] = [];
  #sinceCount = RECOUNT_AFTER;

  constructor(dataDir: string, limits: QuarantineLimits = DEFAULT_LIMITS) {
    this.#dataDir = dataDir;
    this.#directory = join(dataDir, 'quarantine');
    this.#limits = limits;
  }

  /** Moves an entry of a leaf here. Total: where that fails, it says so. */
  setAside(suspect: Suspect): SetAside {
    try {
      return this.#move(suspect);
    } catch {
      // The disk is full or the like: what cannot be kept must not be met again and again.
      return suspect.leaf.remove(suspect.name) ? 'removed' : 'stuck';
    }
  }

  /** Removes directories that came from a run: to be called when nothing of it lives any more. */
  async dropTrees(runId: string): Promise<void> {
    const trees = this.#count().filter((entry) => {
      const facts = readFacts(join(this.#directory, entry));
      return facts?.runId === runId && facts.kind === 'directory';
    });
    for (const entry of trees) {
      await rm(join(this.#directory, entry, 'content'), { recursive: true, force: true });
    }
  }

  #move({ leaf, name, runId, groupFolder, reason }: Suspect): SetAside {
    const found = leaf.inspect(name);
    if (found === undefined) return 'removed';
    const bytes = found.isFile() ? found.size : 0;
    const entry = `${newRequestId()}.${bytes}`;
    const directory = join(this.#directory, entry);
    const facts: QuarantineFacts = {
      runId,
      groupFolder,
      leaf: leaf.name,
      name: Buffer.from(name, 'latin1').toString('utf8'),
      kind: found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other',
      reason,
      at: new Date().toISOString(),
    };
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, 'facts.json'), JSON.stringify(facts), { mode: 0o600 });
    if (!leaf.moveOut(name, join(directory, 'content'))) {
      rmSync(directory, { recursive: true });
      return leaf.remove(name) ? 'removed' : 'stuck';
    }
    this.#count().push(entry);
    this.#makeRoom();
    return 'moved';
  }

  #count(): string[] {
    this.#sinceCount += 1;
    if (this.#sinceCount >= RECOUNT_AFTER) {
      this.#sinceCount = 0;
      this.#entries = entryNames(this.#directory);
    }
    return this.#entries;
  }

  #makeRoom(): void {
    let bytes = this.#entries.reduce((sum, name) => sum + (parseEntryName(name)?.bytes ?? 0), 0);
    for (const entry of this.#entries.slice(0, -1)) {
      if (this.#entries.length <= this.#limits.maxEntries && bytes <= this.#limits.maxBytes) return;
      if (!this.#mayRemove(entry)) continue;
      rmSync(join(this.#directory, entry), { recursive: true, force: true });
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      bytes -= parseEntryName(entry)?.bytes ?? 0;
    }
  }

  #mayRemove(entry: string): boolean {
    const facts = readFacts(join(this.#directory, entry));
    if (facts === undefined || facts.kind !== 'directory') return true;
    return !readdirSync(join(this.#dataDir, 'runs')).includes(facts.runId);
  }
}

import { IPC_FILE_NAME_PATTERN, type SpoolEntry } from '../../ipc-schemas/index.ts';
import type { IntakeSetting } from './intake-setting.ts';
import type { LeafDirectory } from './leaf-directory.ts';

/** What an entry of a leaf is: `id` is its name without `.json`. */
export type SortedEntry =
  | { readonly kind: 'file'; readonly id: string; readonly size: number }
  /** Set aside, though its name is a legal one. */
  | { readonly kind: 'refused'; readonly id: string; readonly reason: string }
  | { readonly kind: 'nothing' };

const NOTHING: SortedEntry = { kind: 'nothing' };

/** Unfinished files that nobody finished in this time are removed. */
const UNFINISHED_LIFETIME_MS = 3_600_000;

const SWEEP_EVERY_MS = 600_000;

/** More entries that can be neither moved nor removed than this are a violation. */
const MAX_STUCK = 100;

/** A directory of so many entries, or so many refused at once, is not one that an agent in its senses makes. */
const CROWD = 2000;
const MANY_REFUSED = 20;

/**
 * Tells what may be read in a leaf from unfinished work, which is left alone, and from what is hostile, which is
 * set aside and reported once.
 */
export class EntrySorter {
  readonly #leaf: LeafDirectory;
  readonly #setting: IntakeSetting;
  readonly #stuck = new Set<string>();
  #keptFiles = 0;
  #keptBytes = 0;
  #sweptMs = 0;
  #isSweeping = false;
  /** Of the scan that goes on. */
  #entries = 0;
  #unfinished = 0;
  #refused = 0;

  constructor(leaf: LeafDirectory, setting: IntakeSetting) {
    this.#leaf = leaf;
    this.#setting = setting;
  }

  /** To be called before a scan: some things are counted scan by scan. */
  beginScan(): void {
    this.#entries = 0;
    this.#unfinished = 0;
    this.#refused = 0;
    this.#isSweeping = Date.now() - this.#sweptMs > SWEEP_EVERY_MS;
    if (this.#isSweeping) this.#sweptMs = Date.now();
  }

  /** Whether the last scan met nothing out of the ordinary. */
  get isCalm(): boolean {
    return this.#entries < CROWD / 2 && this.#refused === 0;
  }

  /** To be called for each entry of a scan, before anything else. */
  count(): void {
    this.#entries += 1;
    if (this.#entries === CROWD) this.#setting.onFlood(this.#leaf);
  }

  /** To be called when a file is refused that need not be set aside. */
  countRefused(): void {
    this.#refused += 1;
    if (this.#refused === MANY_REFUSED) this.#setting.onFlood(this.#leaf);
  }

  /** Says what an entry is; what is hostile is gone after that. */
  sort({ name, isFile }: SpoolEntry, maxBytes: number): SortedEntry {
    if (this.#stuck.has(name)) return NOTHING;
    if (name.startsWith('.') || name.endsWith('.tmp')) return this.#passUnfinished(name);
    if (!IPC_FILE_NAME_PATTERN.test(name)) {
      this.setAside(name, 'its name is not a legal one');
      return NOTHING;
    }
    const id = name.slice(0, -'.json'.length);
    if (isFile === false) return this.#refuse(id, 'it is not a regular file');
    const facts = this.#leaf.inspect(name);
    if (facts === undefined) return NOTHING;
    if (!facts.isFile()) return this.#refuse(id, 'it is not a regular file');
    if (facts.nlink !== 1) return this.#refuse(id, `it has ${facts.nlink} links`);
    if (facts.size > maxBytes) {
      return this.#refuse(id, `it has ${facts.size} bytes, at most ${maxBytes} are read`);
    }
    return { kind: 'file', id, size: facts.size };
  }

  /** Moves an entry to quarantine, or removes it where this run has put enough there, and reports it. */
  setAside(name: string, reason: string, mustKeep = false): void {
    this.countRefused();
    const shown = JSON.stringify(Buffer.from(name, 'latin1').toString('utf8'));
    const what = `${this.#leaf.name}/${shown}`;
    if (!mustKeep && this.#isFull(name)) {
      if (!this.#leaf.remove(name)) this.#stuck.add(name);
      this.#setting.notices.add('removed', 'warning', `${what} was removed: ${reason}`);
      return;
    }
    const { parts, run } = this.#setting;
    const { runId, groupFolder } = run;
    const outcome = parts.quarantine.setAside({ leaf: this.#leaf, name, runId, groupFolder, reason });
    if (outcome === 'stuck') this.#stuck.add(name);
    const told = {
      moved: `${what} was moved to quarantine`,
      removed: `${what} was removed`,
      stuck: `${what} can neither be moved nor removed and is ignored`,
    };
    this.#setting.notices.add(outcome, 'warning', `${told[outcome]}: ${reason}`);
  }

  /** Says what is wrong with the leaf as a whole; undefined while nothing is. */
  violation(): string | undefined {
    if (this.#stuck.size <= MAX_STUCK) return undefined;
    return `the directory ${this.#leaf.name} holds more than ${MAX_STUCK} entries that cannot be moved away`;
  }

  #refuse(id: string, reason: string): SortedEntry {
    this.setAside(`${id}.json`, reason);
    return { kind: 'refused', id, reason };
  }

  #isFull(name: string): boolean {
    const size = this.#leaf.inspect(name)?.size ?? 0;
    const { maxQuarantinedFiles, maxQuarantinedBytes } = this.#setting.parts.quotas;
    if (this.#keptFiles >= maxQuarantinedFiles || this.#keptBytes + size > maxQuarantinedBytes) return true;
    this.#keptFiles += 1;
    this.#keptBytes += size;
    return false;
  }

  #passUnfinished(name: string): SortedEntry {
    this.#unfinished += 1;
    const isTooMany = this.#unfinished > this.#setting.parts.quotas.maxUnfinishedFiles;
    if (!isTooMany && !(this.#isSweeping && this.#isOld(name))) return NOTHING;
    if (isTooMany) {
      this.#setting.notices.add(
        'unfinished',
        'warning',
        `unfinished files in ${this.#leaf.name} are too many`,
      );
    }
    if (!this.#leaf.remove(name)) this.setAside(name, 'it cannot be removed');
    return NOTHING;
  }

  #isOld(name: string): boolean {
    const facts = this.#leaf.inspect(name);
    return facts !== undefined && Date.now() - facts.mtimeMs > UNFINISHED_LIFETIME_MS;
  }
}

import { IPC_FILE_NAME_PATTERN, MAX_MESSAGE_BYTES } from '../../ipc-schemas/index.ts';
import { ChatLanes, type DeliverMessage, type QueuedMessage } from './chat-lanes.ts';
import { EntrySorter } from './entry-sorter.ts';
import type { IntakeSetting } from './intake-setting.ts';
import type { LeafDirectory } from './leaf-directory.ts';
import { type OutgoingMessage, parseMessage } from './parse-message.ts';
import { TimeSlices } from './time-slices.ts';

/** Takes the messages of one run from `messages` and delivers them in the order of their names, chat by chat. */
export class MessageIntake {
  readonly #setting: IntakeSetting;
  readonly #leaf: LeafDirectory;
  readonly #sorter: EntrySorter;
  readonly #lanes: ChatLanes;
  /** Bytes of what was taken and has its file yet, by id. */
  readonly #known = new Map<string, number>();
  #pendingBytes = 0;

  constructor(setting: IntakeSetting, leaf: LeafDirectory, deliver: DeliverMessage) {
    this.#setting = setting;
    this.#leaf = leaf;
    this.#sorter = new EntrySorter(leaf, setting);
    const edge = {
      read: (queued: QueuedMessage) => this.#readAgain(queued),
      deliver,
      finish: ({ id }: QueuedMessage) => this.#finish(id),
      giveUp: ({ id }: QueuedMessage, reason: string) => this.#refuse(id, reason, true),
    };
    this.#lanes = new ChatLanes(edge, setting.parts.retry, setting.signal);
  }

  /**
   * Takes what is new.
   *
   * The directory is read twice: while it is read once, an earlier name may come behind the place that was read
   * and a later one before it. Whatever is earlier than a name of the first reading is in the second one.
   */
  async scan(): Promise<void> {
    const first = await this.#collect();
    if (first.size === 0) return;
    const second = await this.#collect();
    const last = [...first.keys()].reduce((a, b) => (a > b ? a : b));
    const slices = new TimeSlices(this.#setting.signal);
    const found = new Map([...first, ...second]);
    for (const id of [...found.keys()].filter((id) => id <= last).sort()) {
      if (!this.#admit(id, found.get(id) ?? 0) || !(await slices.goOn())) break;
    }
  }

  /** Whether the last scan met nothing out of the ordinary. */
  get isCalm(): boolean {
    return this.#sorter.isCalm;
  }

  /** Scans, delivers and scans again until nothing is left, or nothing more comes of it, or with the signal. */
  async deliverAll(scan: () => Promise<unknown>, signal?: AbortSignal): Promise<void> {
    const before = this.#countFiles();
    if (before === 0) return;
    await scan();
    await this.#lanes.idle(signal);
    if (signal?.aborted !== true && this.#countFiles() < before) await this.deliverAll(scan, signal);
  }

  /** Sets aside what was not delivered, for its directory goes; drafts and progress are dropped. */
  setAsideRest(): void {
    try {
      for (const { name } of this.#leaf.entries()) {
        if (!IPC_FILE_NAME_PATTERN.test(name)) continue;
        const message = this.#read(name.slice(0, -'.json'.length));
        if (message?.kind === 'message') {
          this.#sorter.setAside(name, 'not known to be delivered when the run was closed', true);
        }
      }
    } catch (error) {
      this.#setting.notices.add('rest', 'error', `messages may be lost: ${String(error)}`);
    }
  }

  /** Finds the files that are new and their sizes, as many as may be pending: those with the smallest names. */
  async #collect(): Promise<Map<string, number>> {
    const { signal, parts, onViolation } = this.#setting;
    const { maxPendingMessages, maxMessageFiles } = parts.quotas;
    let found = new Map<string, number>();
    let count = 0;
    const slices = new TimeSlices(signal);
    this.#sorter.beginScan();
    for (const entry of this.#leaf.entries()) {
      this.#sorter.count();
      if (this.#known.has(entry.name.slice(0, -'.json'.length))) continue;
      const sorted = this.#sorter.sort(entry, MAX_MESSAGE_BYTES);
      if (sorted.kind === 'file') {
        count += 1;
        if (count <= maxMessageFiles) found.set(sorted.id, sorted.size);
        else this.#refuse(sorted.id, `expected at most ${maxMessageFiles} files of messages`);
      }
      if (found.size >= 2 * maxPendingMessages) found = smallest(found, maxPendingMessages);
      if (!(await slices.goOn())) break;
    }
    const violation = this.#sorter.violation();
    if (violation !== undefined) onViolation(violation);
    return smallest(found, maxPendingMessages);
  }

  /** Says whether there was room; what is not taken waits in its file. */
  #admit(id: string, size: number): boolean {
    const { maxPendingMessages, maxPendingMessageBytes } = this.#setting.parts.quotas;
    if (this.#known.size >= maxPendingMessages) return false;
    if (this.#pendingBytes > 0 && this.#pendingBytes + size > maxPendingMessageBytes) return false;
    const message = this.#read(id);
    if (message === undefined) return true;
    this.#known.set(id, size);
    this.#pendingBytes += size;
    this.#lanes.add({ id, chatJid: message.chatJid, replaceKey: replaceKey(message) });
    return true;
  }

  #readAgain({ id, chatJid, replaceKey: key }: QueuedMessage): OutgoingMessage | undefined {
    const message = this.#read(id);
    if (message?.chatJid === chatJid && replaceKey(message) === key) return message;
    // Replaced or gone: what is there now comes with the next scan.
    this.#forget(id);
    return undefined;
  }

  #read(id: string): OutgoingMessage | undefined {
    const read = this.#leaf.read(`${id}.json`, MAX_MESSAGE_BYTES);
    if (read.kind === 'absent') return undefined;
    if (read.kind === 'refused') {
      this.#refuse(id, read.reason);
      return undefined;
    }
    const parsed = parseMessage(read.bytes, id, this.#setting.run);
    if (parsed.kind === 'message') return parsed.message;
    if (parsed.kind === 'malformed' && this.#setting.grace.isLeft(read.changedMs)) return undefined;
    this.#refuse(id, parsed.reason);
    return undefined;
  }

  #countFiles(): number {
    let count = 0;
    for (const { name } of this.#leaf.entries()) if (IPC_FILE_NAME_PATTERN.test(name)) count += 1;
    return count;
  }

  #finish(id: string): void {
    // Where the file cannot be removed it stays known, so that it is not delivered again.
    if (this.#leaf.remove(`${id}.json`)) this.#forget(id);
  }

  #refuse(id: string, reason: string, mustKeep = false): void {
    this.#sorter.setAside(`${id}.json`, reason, mustKeep);
    this.#forget(id);
  }

  #forget(id: string): void {
    this.#pendingBytes -= this.#known.get(id) ?? 0;
    this.#known.delete(id);
  }
}

function replaceKey(message: OutgoingMessage): string | undefined {
  if (message.kind === 'message') return undefined;
  return message.kind === 'draft' ? `draft ${message.draftId}` : 'progress';
}

function smallest(found: Map<string, number>, count: number): Map<string, number> {
  if (found.size <= count) return found;
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, count));
}

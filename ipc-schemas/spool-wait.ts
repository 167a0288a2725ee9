import { type FSWatcher, lstatSync, watch } from 'node:fs';
import { join } from 'node:path';

export interface WaitOptions {
  /** How long to wait at most. */
  readonly timeoutMs: number;
  /** How often to look where watching tells nothing; 150 ms by default. */
  readonly rescanMs?: number;
}

const DEFAULT_RESCAN_MS = 150;

/**
 * Waits until a file of this name is in a directory: true when it is, false when the time is over.
 *
 * Watches, and looks again and again besides: events are lost, do not cross every mount, and watching may be
 * refused altogether. The directory may come later than the call. Rejects with the reason of the signal.
 */
export function waitForFile(
  directory: string,
  name: string,
  { timeoutMs, rescanMs = DEFAULT_RESCAN_MS }: WaitOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  const path = join(directory, name);
  return new Promise((resolve, reject) => {
    const stop = (settle: () => void): void => {
      watcher?.close();
      clearInterval(rescan);
      clearTimeout(deadline);
      signal?.removeEventListener('abort', cancel);
      settle();
    };
    const look = (): void => {
      if (isThere(path)) stop(() => resolve(true));
    };
    const cancel = (): void => stop(() => reject(signal?.reason));
    const watcher = tryToWatch(directory, (changed) => {
      if (changed === name || changed === null) look();
    });
    const rescan = setInterval(look, rescanMs);
    const deadline = setTimeout(() => stop(() => resolve(isThere(path))), timeoutMs);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    else look();
  });
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Not to be seen now; it may be later.
    return false;
  }
}

function tryToWatch(directory: string, onChange: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, (_event, name) => onChange(name));
    // The directory may go away, or the machine out of watches: looking goes on.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // Out of watches, or not there yet: looking is enough.
    return undefined;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

export interface Sample {
  readonly wallMs: number;
  /** Highest resident memory, from /proc; 0 where it cannot be read. */
  readonly peakMiB: number;
  readonly stdout: string;
}

/** Runs a command once, as a whole process, and measures it from outside. */
export async function runOnce(command: Command): Promise<Sample> {
  const startedMs = performance.now();
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: { ...command.env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let stdout = '';
  let peakMiB = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout.length < 1e6) stdout += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(command.stdin ?? '');
  const poll = setInterval(() => (peakMiB = Math.max(peakMiB, readPeakMiB(child))), 20);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(poll);
  if (code !== 0)
    throw new Error(`${command.file} ${command.args.join(' ')} ended with ${code}: ${stdout.slice(-500)}`);
  return { wallMs: performance.now() - startedMs, peakMiB, stdout };
}

function readPeakMiB(child: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    // It has ended.
    return 0;
  }
}

export interface Pair {
  readonly ourMs: number;
  readonly theirMs: number;
  /** Median of the ratios pair by pair. */
  readonly ratio: number;
  /** Median of the differences pair by pair. */
  readonly addedMs: number;
}

/** Runs two commands in turn, so that a machine that drifts drifts for both. One pair first is not counted. */
export async function runPairs(ours: Command, theirs: Command, pairs: number): Promise<Pair> {
  const samples: [number, number][] = [];
  for (let pair = 0; pair <= pairs; pair += 1) {
    const a = (await runOnce(ours)).wallMs;
    const b = (await runOnce(theirs)).wallMs;
    if (pair > 0) samples.push([a, b]);
  }
  return {
    ourMs: median(samples.map(([a]) => a)),
    theirMs: median(samples.map(([, b]) => b)),
    ratio: median(samples.map(([a, b]) => a / b)),
    addedMs: median(samples.map(([a, b]) => a - b)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

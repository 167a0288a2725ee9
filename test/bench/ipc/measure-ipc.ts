import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { startIpcGateway } from '../../../host/ipc-gateway/start-ipc-gateway.ts';
import { median, runOnce } from '../measure.ts';

/** Figures of file IPC over a live gateway whose handlers answer at once. */
export interface IpcFigures {
  /** Request published → answer seen, in milliseconds. */
  readonly roundTripP50Ms: number;
  readonly roundTripP99Ms: number;
  /** `memory-tool search` as a whole process against `node -e 0`: median of the ratios pair by pair. */
  readonly toolRatio: number;
  readonly toolMs: number;
  readonly nodeMs: number;
  /** While another run has 100,000 hostile files in its directories. */
  readonly floodedP99Ms: number;
  readonly floodedGrowthMiB: number;
}

const root = join(import.meta.dirname, '..', '..', '..');
const NODE = process.execPath;
const HOSTILE_FILES = 100_000;
const LEAVES = ['actions', 'messages', 'action_results'];

/** Measures it all, in a directory of its own below `parentDir`; needs the bundles. */
export async function measureIpc(parentDir: string, pairs = 15): Promise<IpcFigures> {
  const dataDir = await mkdtemp(join(parentDir, 'turnbox-ipc-'));
  try {
    await using gateway = await startIpcGateway({
      dataDir,
      handlers: { memory_search: () => Promise.resolve({ hits: [] }) },
      onMessage: () => Promise.resolve(),
    });
    const attach = async (runId: string): Promise<{ ipcDir: string; run: AsyncDisposable }> => {
      const ipcDir = join(dataDir, 'runs', runId, 'ipc');
      for (const leaf of LEAVES) await mkdir(join(ipcDir, leaf), { recursive: true });
      const run = gateway.attach({
        runId,
        ipcDir,
        groupFolder: 'bench',
        isMain: false,
        chatJids: ['bench:1'],
      });
      return { ipcDir, run };
    };
    const good = await attach('good');
    await using _good = good.run;
    await askLoop(good.ipcDir, 50, 'warm-');
    const calm = await askLoop(good.ipcDir, 500, 'calm-');
    const tool = await measureTool(good.ipcDir, pairs);
    const bad = await attach('bad');
    await using _bad = bad.run;
    const flooded = await measureFlood(good.ipcDir, bad.ipcDir);
    return {
      roundTripP50Ms: quantile(calm, 0.5),
      roundTripP99Ms: quantile(calm, 0.99),
      ...tool,
      ...flooded,
    };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureTool(
  ipcDir: string,
  pairs: number,
): Promise<Pick<IpcFigures, 'toolRatio' | 'toolMs' | 'nodeMs'>> {
  const env = { PATH: `${dirname(NODE)}:/usr/bin:/bin`, TURNBOX_IPC_DIR: ipcDir };
  const tool = { file: NODE, args: [join(root, 'dist', 'memory-tool.mjs'), 'search', '--query', 'key'], env };
  const bare = { file: NODE, args: ['-e', '0'], env };
  const samples: [number, number][] = [];
  for (let pair = 0; pair <= pairs; pair += 1) {
    const ours = (await runOnce(tool)).wallMs;
    samples.push([ours, (await runOnce(bare)).wallMs]);
  }
  const counted = samples.slice(1);
  return {
    toolRatio: median(counted.map(([ours, theirs]) => ours / theirs)),
    toolMs: median(counted.map(([ours]) => ours)),
    nodeMs: median(counted.map(([, theirs]) => theirs)),
  };
}

/** Hostile files are made by another process, as an agent would, while the good run goes on asking. */
async function measureFlood(
  goodDir: string,
  badDir: string,
): Promise<Pick<IpcFigures, 'floodedP99Ms' | 'floodedGrowthMiB'>> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  const flooding = runNode([join(import.meta.dirname, 'flood.ts'), badDir, String(HOSTILE_FILES)]);
  const roundTrips: number[] = [];
  const over = new AbortController();
  void flooding.finally(() => over.abort());
  for (let batch = 0; batch < 5 || !over.signal.aborted; batch += 1) {
    roundTrips.push(...(await askLoop(goodDir, 200, `flooded-${batch}-`)));
  }
  await flooding;
  clearInterval(sampling);
  return {
    floodedP99Ms: quantile(roundTrips, 0.99),
    floodedGrowthMiB: (peak - before) / 1024 / 1024,
  };
}

async function askLoop(ipcDir: string, count: number, prefix: string): Promise<number[]> {
  const printed = await runNode([join(import.meta.dirname, 'ask-loop.ts'), ipcDir, String(count), prefix]);
  return JSON.parse(printed) as number[];
}

async function runNode(args: readonly string[]): Promise<string> {
  const child = spawn(NODE, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
  return printed;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

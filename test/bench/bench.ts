import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { offlineModels, startOfflineModel } from '../../host/index.ts';
import { RUNNER_NODE_OPTIONS } from '../../host/runtimes/runner-node-options.ts';
import { measureIpc } from './ipc/measure-ipc.ts';
import { measureBaselineRecall, measureRecall } from './memory/recall.ts';
import { measureMemorySpeed } from './memory/speed.ts';
import { type Command, median, runOnce, runPairs } from './measure.ts';

const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 15);
const GIGABYTE = 1e9;

const root = join(import.meta.dirname, '..', '..');
const agents = join(import.meta.dirname, 'agents');
const node = process.execPath;

interface Row {
  readonly what: string;
  readonly figure: string;
  readonly target: string;
  readonly isMet: boolean | undefined;
}

/** A run of the runner with an agent program, in a workspace of its own. */
function runner(workspace: string, agent: string, secrets: Record<string, string> = {}): Command {
  const input = { prompt: 'Hello.', groupFolder: 'bench', chatJid: 'bench:1', requestId: 'bench', secrets };
  return {
    file: node,
    args: [...RUNNER_NODE_OPTIONS, join(root, 'dist', 'agent-runner.mjs')],
    env: {
      PATH: `${dirname(node)}:/usr/local/bin:/usr/bin:/bin`,
      NODE_COMPILE_CACHE: join(workspace, 'cache'),
      TURNBOX_WORKSPACE_DIR: workspace,
      TURNBOX_PI_AGENT_DIR: join(workspace, 'agent'),
      TURNBOX_PI_BIN: agent,
    },
    stdin: JSON.stringify(input),
  };
}

async function benchStart(workspace: string): Promise<Row[]> {
  const instant = join(agents, 'instant.sh');
  const ours = runner(workspace, instant);
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  const bareNode = await runPairs(ours, { file: node, args: ['-e', '0'], env }, PAIRS);
  const bareAgent = await runPairs(ours, { file: instant, args: [], env, stdin: 'Hello.' }, PAIRS);
  return [
    {
      what: 'runner with an instant agent / node -e 0',
      figure: `${bareNode.ratio.toFixed(2)}× (${bareNode.ourMs.toFixed(0)} / ${bareNode.theirMs.toFixed(0)} ms)`,
      target: '≤ 2.0×, aim 1.6×',
      isMet: bareNode.ratio <= 2,
    },
    {
      what: 'runner with an instant agent − bare agent',
      figure: `+${bareAgent.addedMs.toFixed(0)} ms`,
      target: '≤ 60 ms, aim 45',
      isMet: bareAgent.addedMs <= 60,
    },
  ];
}

async function benchThroughput(workspace: string): Promise<Row[]> {
  const flood = (kind: string): Command =>
    runner(workspace, join(agents, 'flood.mjs'), { BENCH_LINE: kind, BENCH_BYTES: String(GIGABYTE) });
  const events = [];
  const lines = [];
  for (let run = 0; run < 5; run += 1) {
    events.push(await runOnce(flood('events')));
    lines.push(await runOnce(flood('one')));
  }
  const speed = GIGABYTE / 1e6 / (median(events.map((sample) => sample.wallMs)) / 1000);
  const eventPeak = Math.max(...events.map((sample) => sample.peakMiB));
  const linePeak = Math.max(...lines.map((sample) => sample.peakMiB));
  return [
    {
      what: '1 GB of 1 KB events',
      figure: `${speed.toFixed(0)} MB/s`,
      target: '≥ 250 MB/s, aim 350',
      isMet: speed >= 250,
    },
    {
      what: '1 GB of 1 KB events, peak memory',
      figure: `${eventPeak.toFixed(0)} MiB`,
      target: '≤ 100 MB',
      isMet: eventPeak * 1.048576 <= 100,
    },
    {
      what: 'one line of 1 GB, peak memory',
      figure: `${linePeak.toFixed(0)} MiB`,
      target: '≤ 120 MB',
      isMet: linePeak * 1.048576 <= 120,
    },
  ];
}

async function benchOffline(workspace: string): Promise<Row[]> {
  await using model = await startOfflineModel();
  const models = offlineModels(model);
  const piDir = join(workspace, 'bare-pi');
  await mkdir(piDir, { recursive: true });
  await writeFile(join(piDir, 'models.json'), models.modelsFile);
  const env = {
    PATH: `${join(root, 'node_modules', '.bin')}:/usr/local/bin:/usr/bin:/bin`,
    HOME: workspace,
    PI_CODING_AGENT_DIR: piDir,
    PI_OFFLINE: '1',
    PI_TELEMETRY: '0',
    PI_SKIP_VERSION_CHECK: '1',
  };
  const piArgs = [
    '--mode',
    'json',
    '--provider',
    models.provider,
    '--model',
    'reply',
    '--no-session',
    '-ne',
    '-ns',
    '-np',
    '-nc',
  ];
  const ours: Command = {
    file: node,
    args: [
      join(root, 'dist', 'host', 'cli', 'cli.js'),
      'run',
      '--offline',
      '--no-continue',
      '--model',
      'reply',
      '--data-dir',
      join(workspace, 'data'),
      'Hello.',
    ],
    env: { ...env, NODE_COMPILE_CACHE: join(workspace, 'cli-cache') },
  };
  const pi: Command = { file: 'pi', args: piArgs, env, stdin: 'Hello.' };
  const pair = await runPairs(ours, pi, PAIRS);
  return [
    {
      what: 'turnbox run --offline − bare pi, same answer',
      figure: `+${pair.addedMs.toFixed(0)} ms (${pair.ourMs.toFixed(0)} / ${pair.theirMs.toFixed(0)} ms)`,
      target: 'reported',
      isMet: undefined,
    },
  ];
}

function printTable(rows: readonly Row[]): void {
  const mark = { true: 'yes', false: 'NO', undefined: '' };
  for (const row of rows) {
    const met = mark[String(row.isMet) as keyof typeof mark];
    console.log(`${row.what.padEnd(48)} ${row.figure.padEnd(28)} ${row.target.padEnd(22)} ${met}`);
  }
}

async function benchIpc(workspace: string): Promise<Row[]> {
  const figures = await measureIpc(workspace, PAIRS);
  const { roundTripP50Ms: p50, roundTripP99Ms: p99, toolRatio, floodedP99Ms, floodedGrowthMiB } = figures;
  return [
    {
      what: 'IPC request file to answer file, p50 / p99',
      figure: `${p50.toFixed(2)} / ${p99.toFixed(1)} ms`,
      target: '≤ 1.5 / 10 ms',
      isMet: p50 <= 1.5 && p99 <= 10,
    },
    {
      what: 'memory-tool, whole process / node -e 0',
      figure: `${toolRatio.toFixed(2)}×`,
      target: '≤ 2.0×',
      isMet: toolRatio <= 2,
    },
    {
      what: '100,000 hostile files: p99 of another run',
      figure: `${floodedP99Ms.toFixed(0)} ms, +${floodedGrowthMiB.toFixed(0)} MiB`,
      target: '≤ 250 ms, 50 MB',
      isMet: floodedP99Ms <= 250 && floodedGrowthMiB * 1.048576 <= 50,
    },
  ];
}

async function benchMemory(): Promise<Row[]> {
  const recall = await measureRecall();
  const baseline = await measureBaselineRecall();
  const speed = await measureMemorySpeed();
  const shares = Object.entries(recall.byLanguage).map(([name, share]) => `${name} ${share.toFixed(2)}`);
  return [
    {
      what: `memory recall, ${recall.questions} questions, 8 hits`,
      figure: `${recall.overall.toFixed(3)} (bm25 ${baseline.overall.toFixed(3)})`,
      target: shares.join(' '),
      isMet: undefined,
    },
    {
      what: 'memory search over 20,000 passages, p50 / p99',
      figure: `${speed.searchP50Ms.toFixed(1)} / ${speed.searchP99Ms.toFixed(1)} ms`,
      target: '≤ 10 / 25 ms',
      isMet: speed.searchP50Ms <= 10 && speed.searchP99Ms <= 25,
    },
    {
      what: 'memory refresh after one changed file',
      figure: `${speed.refreshP50Ms.toFixed(1)} ms`,
      target: '≤ 10 ms',
      isMet: speed.refreshP50Ms <= 10,
    },
  ];
}

const BENCHES: Readonly<Record<string, (workspace: string) => Promise<Row[]>>> = {
  start: benchStart,
  throughput: benchThroughput,
  offline: benchOffline,
  ipc: benchIpc,
  memory: benchMemory,
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
const workspace = await mkdtemp(join(tmpdir(), 'turnbox-bench-'));
try {
  await mkdir(join(workspace, 'group'));
  const cpu = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`;
  console.log(`Node ${process.version}, ${cpu}, ${PAIRS} pairs a row, medians`);
  const rows: Row[] = [];
  for (const name of wanted) {
    const bench = BENCHES[name];
    if (bench === undefined)
      throw new Error(`expected one of ${Object.keys(BENCHES).join(', ')}, found ${name}`);
    const measured = await bench(workspace);
    printTable(measured);
    rows.push(...measured);
  }
  await mkdir(join(root, 'bench-results'), { recursive: true });
  const file = join(root, 'bench-results', `${new Date().toISOString().replaceAll(':', '-')}.json`);
  await writeFile(file, `${JSON.stringify({ node: process.version, pairs: PAIRS, rows }, null, 2)}\n`);
  console.log(`written to ${file}`);
} finally {
  await rm(workspace, { recursive: true, force: true });
}

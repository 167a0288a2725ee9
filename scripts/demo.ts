import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CliIo } from '../host/cli/cli-io.ts';
import { openCliIo } from '../host/cli/config.ts';
import { pickView } from '../host/cli/pick-view.ts';
import { reportError } from '../host/cli/report-error.ts';
import { type RunView, showRun } from '../host/cli/show-run.ts';
import {
  type ContainerOutput,
  createLocalRuntime,
  type HostConfig,
  offlineModels,
  readHostConfig,
  type RunEvent,
  runMessage,
  type RunOptions,
  type Runtime,
  startOfflineModel,
} from '../host/index.ts';

const FIRST = 'What can you do? Show me what is in this folder.';
const SECOND = 'What was the first thing I asked?';
const THIRD = 'Please save a note to notes.md: the demo works.';

const CLOSING = `That was a real pi with a small script in place of a model: no key, no network. Next:

  npx turnbox run --offline "What is in this folder?"    the same, in your own session
  npx turnbox doctor                                     what is set up, what is missing
  export ANTHROPIC_API_KEY=...                           with the key of a provider,
  npx turnbox run "What is in this folder?"              a real model answers

README.md tells the rest.`;

/** A message of the demo, what it is to show, and whether it did. */
interface Step {
  readonly prompt: string;
  readonly shows: string;
  readonly isShown: (output: ContainerOutput, tools: readonly string[]) => boolean;
}

const STEPS: readonly Step[] = [
  { prompt: FIRST, shows: 'the agent calls a tool', isShown: (_, tools) => tools.length > 0 },
  {
    prompt: SECOND,
    shows: 'a new run continues the session',
    isShown: ({ result }) => result?.includes(FIRST) === true,
  },
  { prompt: THIRD, shows: 'the agent writes a file', isShown: (_, tools) => tools.includes('write') },
];

/** Has a short conversation in a directory of its own and gives the exit code. */
async function demo(io: CliIo): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'turnbox-demo-'));
  using interrupts = io.watchInterrupts();
  try {
    const config = readHostConfig(io.env, dataDir);
    await using model = await startOfflineModel();
    const options = { config, runtime: quiet(config), models: offlineModels(model) };
    for (const [index, step] of STEPS.entries()) {
      await heading(io, `${index + 1}. ${step.shows}`, step.prompt);
      if (!(await runStep(step, options, io, interrupts.first))) return interrupts.first.aborted ? 130 : 1;
    }
    if (!(await showNote(join(dataDir, 'groups', 'main', 'notes.md'), io))) return 1;
    await io.stdout.write(`${CLOSING}\n`);
    return 0;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Three warnings would be two too many, and the script of the demo does no harm. */
function quiet(config: HostConfig): Runtime {
  return { ...createLocalRuntime(config), warning: undefined };
}

async function runStep(step: Step, options: RunOptions, io: CliIo, signal: AbortSignal): Promise<boolean> {
  const tools: string[] = [];
  using view = noting(pickView({ screen: true }, io), tools);
  const message = { prompt: step.prompt, groupFolder: 'main', chatJid: 'cli:main', isMain: true };
  const output = await showRun(runMessage(message, options, signal), view, io.stdout.closed);
  await io.stdout.write('\n');
  if (output.status === 'error') return false;
  if (step.isShown(output, tools)) return true;
  await io.stderr.write(`demo: expected that ${step.shows}, and it did not\n`);
  return false;
}

/** A view that also notes which tools were called. */
function noting(view: RunView, tools: string[]): RunView {
  return {
    take: (event: RunEvent) => {
      if (event.type === 'tool_start') tools.push(event.name);
      return view.take(event);
    },
    stop: () => view.stop(),
    end: (output) => view.end(output),
    [Symbol.dispose]: () => view[Symbol.dispose](),
  };
}

async function showNote(path: string, io: CliIo): Promise<boolean> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    await io.stderr.write(`demo: expected a note at ${path}, found none: ${String(error)}\n`);
    return false;
  }
  if (!content.includes('the demo works')) {
    await io.stderr.write(`demo: expected the note in ${path}, found: ${JSON.stringify(content)}\n`);
    return false;
  }
  const { bold, dim } = io.stdout.style;
  await io.stdout.write(`${bold('The file it wrote')} ${dim(path)}\n  ${content.trim()}\n\n`);
  return true;
}

async function heading(io: CliIo, title: string, prompt: string): Promise<void> {
  const { bold, dim } = io.stdout.style;
  await io.stdout.write(`${bold(title)}\n${dim('you:')} ${prompt}\n\n`);
}

const io = openCliIo();
try {
  process.exitCode = await demo(io);
} catch (error) {
  await reportError(error, io.stderr);
  process.exitCode = 1;
}

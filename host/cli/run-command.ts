import type { ContainerOutput } from '../../ipc-schemas/index.ts';
import { buildInput, type ChatMessage } from '../build-input.ts';
import { type HostConfig, readHostConfig } from '../config.ts';
import { startOfflineModel } from '../offline-model/start-offline-model.ts';
import { offlineModels } from '../offline-models.ts';
import { runMessage } from '../run-message.ts';
import type { RunOptions } from '../run-options.ts';
import { createLocalRuntime } from '../runtimes/local.ts';
import { hasOwnProviders } from './agent-logins.ts';
import type { CliIo, Interrupts } from './cli-io.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { killableRuntime } from './killable-runtime.ts';
import { describeNoProvider } from './no-provider.ts';
import { pickView } from './pick-view.ts';
import { findProviderKeys } from './provider-keys.ts';
import { readPrompt } from './read-prompt.ts';
import type { RunFlags } from './run-options.ts';
import { showRun } from './show-run.ts';
import { toMessage } from './to-message.ts';

/** Runs `turnbox run` and gives its exit code. Throws TurnboxError where it never comes to a run. */
export async function runCommand(argument: string | undefined, flags: RunFlags, io: CliIo): Promise<number> {
  if (flags.runtime === 'docker') {
    await io.stderr.write(
      'turnbox: the docker runtime is not available yet; use --runtime local, which does not isolate\n',
    );
    return EXIT.unavailable;
  }
  const prompt = await readPrompt({ argument, file: flags.file }, io.stdin);
  const secrets = flags.offline === true ? {} : findProviderKeys(io.env, flags.provider);
  const message = toMessage(prompt, flags, secrets);
  // What is wrong with the input is told before anything is started or looked up by the group's name.
  buildInput(message);
  const config = readHostConfig(io.env, flags.dataDir);
  if (!(await hasProvider(message, flags, config))) {
    await io.stderr.write(`${describeNoProvider(config, message.groupFolder, flags.provider)}\n`);
    return EXIT.failed;
  }
  using interrupts = io.watchInterrupts();
  const output = await runAndShow(message, { config, flags, io, interrupts });
  return toExitCode(output, io);
}

async function hasProvider(message: ChatMessage, flags: RunFlags, config: HostConfig): Promise<boolean> {
  const { agent = 'pi', secrets = {}, groupFolder } = message;
  if (flags.offline === true || agent !== 'pi') return true;
  return Object.keys(secrets).length > 0 || hasOwnProviders(config.dataDir, groupFolder);
}

interface RunSetting {
  readonly config: HostConfig;
  readonly flags: RunFlags;
  readonly io: CliIo;
  readonly interrupts: Interrupts;
}

/** Gives the output; undefined where the user ended the run before there was one. */
async function runAndShow(message: ChatMessage, setting: RunSetting): Promise<ContainerOutput | undefined> {
  const { config, flags, io, interrupts } = setting;
  await using model = flags.offline === true ? await startOfflineModel() : undefined;
  const options: RunOptions = {
    config,
    runtime: killableRuntime(createLocalRuntime(config), interrupts.second),
    ...(model !== undefined && { models: offlineModels(model) }),
  };
  using view = pickView(flags, io);
  interrupts.first.addEventListener('abort', () => view.stop(), { once: true });
  // Without a reader the answer is for nobody.
  const cancel = AbortSignal.any([interrupts.first, io.stdout.closed]);
  try {
    return await showRun(runMessage(message, options, cancel), view, io.stdout.closed);
  } catch (error) {
    // A run that is killed has no end that could be read.
    if (interrupts.second.aborted) return undefined;
    throw error;
  }
}

/** A reader that has enough, such as head, is no failure; a full disk is. */
function toExitCode(output: ContainerOutput | undefined, { stdout, stderr }: CliIo): number {
  if (output === undefined) return EXIT.interrupted;
  if (!stdout.closed.aborted) return exitCodeOf(output);
  const problem: unknown = stdout.closed.reason;
  if ((problem as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.success;
  void stderr.write(`turnbox: the output could not be written: ${String(problem)}\n`);
  return EXIT.failed;
}

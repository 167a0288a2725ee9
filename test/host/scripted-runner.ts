import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** One step of a runner that a test plays. `NONCE` and `REQUEST` stand for those of its input. */
export type RunnerStep =
  | { readonly print: string; readonly times?: number }
  | { readonly complain: string }
  | { readonly ignore: NodeJS.Signals }
  | { readonly die: NodeJS.Signals }
  | { readonly exit: number }
  /** A process that outlives the runner, with the runner's stdout in its hands or not. */
  | { readonly leave: 'holding stdout' | 'holding nothing' }
  | { readonly wait: 'for ever' };

interface ScriptedInput {
  readonly prompt: string;
  readonly outputNonce: string;
  readonly requestId: string;
}

/** Plays the steps that the prompt of its input lists, instead of running an agent. */
function play({ prompt, outputNonce, requestId }: ScriptedInput): void {
  const fill = (line: string): string =>
    line.replaceAll('NONCE', outputNonce).replaceAll('REQUEST', requestId);
  for (const step of JSON.parse(prompt) as RunnerStep[]) {
    if ('print' in step) process.stdout.write(fill(step.print).repeat(step.times ?? 1));
    if ('complain' in step) process.stderr.write(step.complain);
    if ('ignore' in step) process.on(step.ignore, () => undefined);
    if ('die' in step) process.kill(process.pid, step.die);
    if ('exit' in step) process.exitCode = step.exit;
    if ('wait' in step) setInterval(() => undefined, 60_000);
    if ('leave' in step) {
      const stdout = step.leave === 'holding stdout' ? 'inherit' : 'ignore';
      spawn('sleep', ['60'], { detached: true, stdio: ['ignore', stdout, 'ignore'] }).unref();
    }
  }
}

play(JSON.parse(await text(process.stdin)) as ScriptedInput);

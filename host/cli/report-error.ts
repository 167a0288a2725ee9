import { TurnboxError } from '../../ipc-schemas/index.ts';
import type { OutputSink } from './cli-io.ts';
import { findCure, nameFlags } from './describe-output.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { toOneLine } from './plain-text.ts';

/** Tells on one line why a command could not do its work, with the cure where there is one; gives the exit code. */
export async function reportError(error: unknown, sink: OutputSink): Promise<number> {
  if (!(error instanceof TurnboxError)) {
    await sink.write(`${sink.style.bad('turnbox:')} ${toOneLine(String(error))}\n`);
    return EXIT.failed;
  }
  const isUsage = error.code === 'INPUT_INVALID';
  const told = isUsage ? nameFlags(error.message) : `${error.code}: ${error.message}`;
  const cure = isUsage ? undefined : findCure({ errorCode: error.code });
  const lines = [
    `${sink.style.bad('turnbox:')} ${toOneLine(told)}`,
    ...(cure === undefined ? [] : [`  ${sink.style.dim('try:')} ${cure}`]),
  ];
  await sink.write(`${lines.join('\n')}\n`);
  return exitCodeOfError(error.code);
}

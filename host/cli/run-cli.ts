import { CommanderError } from 'commander';

import { buildProgram } from './build-program.ts';
import type { CliIo } from './cli-io.ts';
import { EXIT } from './exit-code.ts';
import { readVersion } from './read-version.ts';

/** Runs a command line, without the name of the program, and gives its exit code. Never rejects. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.success;
  try {
    const program = buildProgram(io, readVersion(), (code) => {
      exitCode = code;
    });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said it already; it throws for help and version too, with 0, and for help in place of a command.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    const { reportError } = await import('./report-error.ts');
    return reportError(error, io.stderr);
  }
}

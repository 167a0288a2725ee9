import { Command } from 'commander';

import type { CliIo } from './cli-io.ts';
import { addDoctorOptions, type DoctorFlags } from './doctor/doctor-options.ts';
import {
  addGetOptions,
  addMemoryOptions,
  addReindexOptions,
  addSearchOptions,
  type GetFlags,
  type ReindexFlags,
  type SearchFlags,
} from './memory/memory-options.ts';
import { addRunOptions, type RunFlags } from './run-options.ts';

const NOTES = `
Examples:
  $ turnbox run --offline "What can you do?"   no key, no network
  $ turnbox doctor                             what is set up, what is missing
  $ turnbox memory search "door code"          what is remembered

"turnbox help run" tells all about a command.`;

/**
 * Builds the command line. The code of a command is loaded when it runs, so that help and mistakes are quick.
 *
 * `end` gets the exit code of the command.
 */
export function buildProgram(io: CliIo, version: string, end: (exitCode: number) => void): Command {
  const program = new Command('turnbox')
    .description('Runs one turn of a coding agent in one box.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureHelp({ helpWidth: Math.min(Math.max(io.stdout.columns, 40), 110) })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'turnbox: ')),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(turnbox --help lists the commands; a message goes to: turnbox run "...")')
    .addHelpText('after', NOTES);
  addRunOptions(program.command('run')).action(async (prompt: string | undefined, flags: RunFlags) => {
    const { runCommand } = await import('./run-command.ts');
    end(await runCommand(prompt, flags, io));
  });
  addDoctorOptions(program.command('doctor')).action(async (flags: DoctorFlags) => {
    const { doctorCommand } = await import('./doctor/doctor-command.ts');
    end(await doctorCommand(flags, io));
  });
  addMemoryCommands(addMemoryOptions(program.command('memory')), io, end);
  return program;
}

function addMemoryCommands(memory: Command, io: CliIo, end: (exitCode: number) => void): void {
  addSearchOptions(memory.command('search')).action(async (words: string, flags: SearchFlags) => {
    const { searchCommand } = await import('./memory/search-command.ts');
    end(await searchCommand(words, flags, io));
  });
  addGetOptions(memory.command('get')).action(async (path: string, flags: GetFlags) => {
    const { getCommand } = await import('./memory/get-command.ts');
    end(await getCommand(path, flags, io));
  });
  addReindexOptions(memory.command('reindex')).action(async (flags: ReindexFlags) => {
    const { reindexCommand } = await import('./memory/reindex-command.ts');
    end(await reindexCommand(flags, io));
  });
}

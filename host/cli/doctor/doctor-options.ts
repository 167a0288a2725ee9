import type { Command } from 'commander';

/** The flags of `turnbox doctor`, as commander gives them. */
export interface DoctorFlags {
  readonly json?: boolean;
  readonly dataDir?: string;
}

const NOTES = `
Changes nothing. Of keys it tells the names, never the values.

Exit codes: 0 nothing is a problem (there may be warnings), 1 something is, 64 wrong usage.

Example:
  $ turnbox doctor`;

/** Describes `turnbox doctor`: its flags and help. */
export function addDoctorOptions(command: Command): Command {
  return command
    .description('check what is set up, what is missing, and say how to mend it')
    .option('--json', 'print the findings as one JSON document')
    .option('--data-dir <dir>', 'where groups and sessions are kept (default: $TURNBOX_DATA_DIR)')
    .addHelpText('after', NOTES);
}

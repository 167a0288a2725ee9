import { type Command, InvalidArgumentError, Option } from 'commander';

// Types only: the schemas themselves would make every start slower by 90 ms.
import type { ContainerInput } from '../../ipc-schemas/index.ts';
import { parseDuration } from './parse-duration.ts';

type Choice<Field extends keyof ContainerInput> = Extract<ContainerInput[Field], string>;

/** The flags of `turnbox run`, as commander gives them. */
export interface RunFlags {
  readonly group?: string;
  readonly main?: boolean;
  readonly agent?: Choice<'agent'>;
  readonly runtime: 'local' | 'docker';
  readonly provider?: string;
  readonly model?: string;
  readonly think?: Choice<'thinkLevel'>;
  readonly reasoning?: Choice<'reasoningLevel'>;
  readonly verbose?: Choice<'verboseMode'>;
  readonly continue: boolean;
  /** In milliseconds. */
  readonly timeout?: number;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly events?: boolean;
  readonly dataDir?: string;
  readonly file?: string;
}

const AGENTS: Record<Choice<'agent'>, true> = { pi: true, claude: true, codex: true };

const THINK_LEVELS: Record<Choice<'thinkLevel'>, true> = {
  off: true,
  minimal: true,
  low: true,
  medium: true,
  high: true,
  xhigh: true,
  max: true,
};

const REASONING_LEVELS: Record<Choice<'reasoningLevel'>, true> = { off: true, on: true, stream: true };

const VERBOSE_MODES: Record<Choice<'verboseMode'>, true> = { off: true, new: true, all: true, verbose: true };

const NOTES = `
The prompt is the argument, the file, or what is piped in (which is read only
where neither of the others is given).

Without --group you are the owner at your own terminal: the group is "main" and
has all rights. A group named with --group, be it "main", has them only with
--main.

Keys of model providers are taken from the environment, such as
ANTHROPIC_API_KEY (turnbox doctor names those it finds), or from a login with pi.

On a terminal the answer appears as it is written. Piped, stdout has the answer
and nothing else; warnings and failures are on stderr.

Exit codes: 0 success, 1 the run failed, 64 wrong usage or input, 69 nothing to
run it with, 130 interrupted.

Example:
  $ turnbox run --offline "What can you do?"`;

/** Describes `turnbox run`: its argument, flags and help. */
export function addRunOptions(command: Command): Command {
  return command
    .description('run one message through the agent and show the answer')
    .argument('[prompt]', 'the message')
    .option('-f, --file <path>', 'read the message from a file')
    .option('-g, --group <name>', 'the chat group: its own folder, memory and session (default: main)')
    .option('--main', 'give the group the rights of the owner')
    .option('--no-main', 'take them from it')
    .addOption(choice('--agent <name>', 'the agent that runs (default: pi)', AGENTS))
    .addOption(
      choice('--runtime <name>', 'what it runs in; docker is not available yet', {
        local: true,
        docker: true,
      }).default('local'),
    )
    .option('--provider <name>', 'model provider, by its name in pi')
    .option('--model <name>', "model (default: the agent's own)")
    .addOption(choice('--think <level>', 'how hard the model thinks', THINK_LEVELS))
    .addOption(choice('--reasoning <level>', 'whether the reasoning is shown', REASONING_LEVELS))
    .addOption(choice('--verbose <mode>', 'list the tool calls behind the answer', VERBOSE_MODES))
    .option('--no-continue', 'start a fresh session')
    .option('--timeout <time>', 'longest time of the run: 90, 90s, 5m, 1h (default: 30m)', toTimeout)
    .addOption(
      new Option('--offline', 'use a small script instead of a model: no key, no network').conflicts([
        'provider',
      ]),
    )
    .addOption(new Option('--json', 'print the output as one JSON document').conflicts(['events']))
    .option('--events', 'print each event as a line of JSON, the output last')
    .option('--data-dir <dir>', 'where groups and sessions are kept (default: $TURNBOX_DATA_DIR)')
    .showHelpAfterError('(turnbox help run tells all about its flags)')
    .addHelpText('after', NOTES);
}

function choice(flags: string, description: string, values: Readonly<Record<string, true>>): Option {
  return new Option(flags, description).choices(Object.keys(values));
}

function toTimeout(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return durationMs;
  throw new InvalidArgumentError('Expected a time such as 90, 90s, 5m or 1h, above zero and below 24 days.');
}

import { AnswerView } from './answer-view.ts';
import type { CliIo } from './cli-io.ts';
import { JsonView } from './json-view.ts';
import { LiveStatus } from './live-status.ts';
import { RunActivity } from './run-activity.ts';
import { ScreenView } from './screen-view.ts';
import type { RunView } from './show-run.ts';

export interface ViewFlags {
  readonly json?: boolean;
  readonly events?: boolean;
  readonly reasoning?: string;
  /** As on a terminal, wherever the output goes. */
  readonly screen?: boolean;
}

/** The view of a run for where its output goes: a terminal, a pipe, or a program that asked for JSON. */
export function pickView(flags: ViewFlags, io: Pick<CliIo, 'stdout' | 'stderr' | 'glyphs'>): RunView {
  const activity = new RunActivity();
  const status = new LiveStatus(io.stderr, io.glyphs, activity);
  const hasEvents = flags.events === true;
  if (hasEvents || flags.json === true) return new JsonView({ io, status, activity, hasEvents });
  if (!io.stdout.isTerminal && flags.screen !== true) return new AnswerView(io, status, activity);
  return new ScreenView({ io, status, activity, showsReasoning: flags.reasoning === 'stream' });
}

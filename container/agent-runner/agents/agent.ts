import type { ContainerInput, ErrorCode, Usage } from '../../../ipc-schemas/index.ts';

/** What one model answer, or one run of an agent that counts by runs, adds to the usage. */
export type UsageIncrement = Pick<
  Usage,
  'inputTokens' | 'outputTokens' | 'totalTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'costUsd'
>;

/** Why a model answer failed, as the agent's structured fields tell it. */
export interface AgentFailure {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** For people; never read by code. */
  readonly text: string;
}

/**
 * What a line of an agent means: one small union for every agent CLI.
 *
 * A message is one model answer. `finished` may come more than once: whatever else follows takes it back,
 * unless it is settled.
 */
export type AgentEvent =
  | { readonly type: 'session'; readonly sessionId: string }
  /** The agent begins anew: a finish that was not settled is taken back. */
  | { readonly type: 'working' }
  /** The agent tidies up behind a finish that stands: it is not to be hurried. */
  | { readonly type: 'busy' }
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'reasoning_delta'; readonly text: string }
  | {
      readonly type: 'tool_start';
      readonly toolCallId: string;
      readonly name: string;
      readonly input: unknown;
    }
  | {
      readonly type: 'tool_end';
      readonly toolCallId: string;
      readonly name: string;
      readonly isError: boolean;
      readonly output: string;
    }
  | {
      readonly type: 'message_end';
      readonly text: string;
      readonly stopReason: 'stop' | 'length' | 'aborted' | 'tool_use' | 'error';
      readonly failure?: AgentFailure;
      readonly usage?: UsageIncrement;
      readonly provider?: string;
      readonly model?: string;
      /** The answer looks whole but may be cut; said to people. */
      readonly doubt?: string;
    }
  | { readonly type: 'retry'; readonly attempt: number; readonly delayMs: number; readonly reason: string }
  | { readonly type: 'finished'; readonly isSettled: boolean; readonly isAborted: boolean };

/** What a line gave; undefined when it was not understood. */
export type ParsedLine = readonly AgentEvent[] | undefined;

/** All an adapter needs to know of a run. */
export interface AgentJob {
  readonly input: ContainerInput;
  /** The agent's own state directory; the sessions of each lane are below it. */
  readonly agentDir: string;
  /** For this run alone, removed behind it; nobody else may read it. */
  readonly scratchDir: string;
  readonly systemPromptFile: string;
  /** Tools to enable, injected ones included. */
  readonly tools: readonly string[];
  /** Extension files to load, absolute. */
  readonly extensions: readonly string[];
  /** Whether to continue the last session of the lane. */
  readonly continues: boolean;
  /** A file of model providers that replaces the agent's own for this run. */
  readonly modelsFile: string | undefined;
}

/** A run made ready to start. */
export interface PreparedAgent {
  readonly args: readonly string[];
  /** Variables of the agent's own, beside those that every agent gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Whether the start depends on an earlier session, so that a failed one is worth a fresh start. */
  readonly resumes: boolean;
  /** Contract: must not throw. */
  readonly parseLine: (line: string) => ParsedLine;
}

/** One file knows one agent CLI: this is all that the rest of the runner may ask it. */
export interface AgentAdapter {
  readonly name: ContainerInput['agent'];
  /** The program: the variable that names it, else its name on PATH. */
  readonly program: { readonly variable: string; readonly name: string };
  /** Its state directory: the variable that names it, else its path. */
  readonly stateDir: { readonly variable: string; readonly path: string };
  /** The variable that names a file of model providers for this run. */
  readonly modelsVariable: string;
  /** The tools it may use when the input names none: enough to read and to write. */
  readonly defaultTools: readonly string[];
  /** npm packages that the program comes from, to tell its version. */
  readonly packageNames: readonly string[];
  /** Names of the variables it sets itself: secrets can't set them. */
  readonly ownVariables: readonly string[];
  /** The signal on which it stops its tools and ends. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** Whether an over-long line that begins like this carries nothing a later line does not. */
  readonly isDisposable: (head: string) => boolean;
  /** Makes directories and session files ready. Rejects when they cannot be written. */
  readonly prepare: (job: AgentJob) => Promise<PreparedAgent>;
}

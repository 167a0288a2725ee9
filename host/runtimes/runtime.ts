/** Marks what this host made, so that it can be found again and nobody else's is touched. */
export interface RunLabel {
  /** The data directory: one host's runs. */
  readonly install: string;
  readonly runId: string;
  readonly group: string;
}

/** All a runtime needs to know to start a run. Paths are the host's. */
export interface RunSpec {
  readonly label: RunLabel;
  /** The ContainerInput document. */
  readonly stdin: string;
  readonly timeZone: string;
  readonly groupDir: string;
  readonly globalDir: string;
  readonly projectDir: string | undefined;
  readonly agentDir: string;
  readonly homeDir: string;
  /** The run's own directory, for what has no place elsewhere; removed with the run. */
  readonly runDir: string;
  readonly ipcDir: string;
  /** For the runner's own files; removed with the run, also where the runner is killed. */
  readonly scratchDir: string;
  /** A file of model providers for this run only. */
  readonly modelsFile: string | undefined;
}

/** How a started run ended, as the operating system tells it. */
export interface RunEnding {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Why it could not be started. */
  readonly startError: string | undefined;
  /** The last 4 KiB of its stderr, for people. */
  readonly stderrTail: string;
}

/** A run that was started: the only state in which it can be read, stopped or waited for. */
export interface StartedRun extends AsyncDisposable {
  /** What the runner prints. Read it, or the run is held up. */
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Asks the runner to end: it stops its agent and still prints its frame. */
  stop(): void;
  /** Ends everything of the run at once. */
  kill(): void;
  /** Settles when nothing of the run is left. */
  readonly ended: Promise<RunEnding>;
}

/** What starts runs: an engine of containers, or this machine itself. */
export interface Runtime {
  readonly name: string;
  /** What a user must know before trusting it, in a sentence. */
  readonly warning: string | undefined;
  /** Starts a run. A start that fails is an ending with startError, not an error. */
  start(spec: RunSpec): StartedRun;
  /** The labels of what still runs of an install. */
  list(install: string): Promise<readonly RunLabel[]>;
}

import type { ContainerOutput, RunEvent } from '../../ipc-schemas/index.ts';

/** How a run is shown. Whoever made it disposes it. */
export interface RunView extends Disposable {
  /** Shows what happened; the next event waits for it. */
  take(event: RunEvent): Promise<void> | void;
  /** Shows that the user has asked for its end. */
  stop(): void;
  /** Shows what it came to. */
  end(output: ContainerOutput): Promise<void> | void;
}

/**
 * Shows a run while it happens and gives its output. Where showing fails, the run is ended.
 *
 * Once the signal is aborted nobody looks any more, and nothing more is shown.
 */
export async function showRun(
  run: AsyncGenerator<RunEvent, ContainerOutput, undefined>,
  view: RunView,
  closed?: AbortSignal,
): Promise<ContainerOutput> {
  try {
    let step = await run.next();
    while (step.done !== true) {
      if (closed?.aborted !== true) await view.take(step.value);
      step = await run.next();
    }
    if (closed?.aborted !== true) await view.end(step.value);
    return step.value;
  } finally {
    // On a run that is over it does nothing, and nobody reads what it returns.
    await run.return(undefined as never);
  }
}

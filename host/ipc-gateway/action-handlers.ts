import type { ActionRequest } from '../../ipc-schemas/index.ts';

type Params<Action extends ActionRequest['action']> = Extract<ActionRequest, { action: Action }>['params'];

/** A group is always named: the run's own where the agent named none, or another that it may read. */
type InGroup<P> = Omit<P, 'groupFolder'> & { readonly groupFolder: string };

type MemorySearchParams = InGroup<Params<'memory_search'>>;
type MemoryGetParams = InGroup<Params<'memory_get'>>;
type DelegateRunParams = Params<'delegate_run'>;

/** Who asks: taken from the run's directory, never from what the agent wrote. */
export interface ActionCaller {
  readonly runId: string;
  readonly requestId: string;
  readonly groupFolder: string;
  readonly isMain: boolean;
  readonly chatJids: readonly string[];
}

/**
 * What carries out the actions of agents; one that is absent is answered with an error.
 *
 * Each gives the `result` of the answer, as JSON, or throws a TurnboxError whose code and message the agent may
 * see; of any other error it learns nothing. The signal says that nobody waits any more. A handler is called at
 * most once for a request, with parameters that were checked and that the caller may use.
 */
export interface ActionHandlers {
  readonly memory_search?: Handle<MemorySearchParams>;
  readonly memory_get?: Handle<MemoryGetParams>;
  readonly delegate_run?: Handle<DelegateRunParams>;
}

type Handle<P> = (params: P, caller: ActionCaller, signal: AbortSignal) => Promise<unknown>;

/** A request that may be carried out. */
export type PermittedRequest =
  | { readonly action: 'memory_search'; readonly params: MemorySearchParams }
  | { readonly action: 'memory_get'; readonly params: MemoryGetParams }
  | { readonly action: 'delegate_run'; readonly params: DelegateRunParams };

/** Finds what carries out a request; undefined where this host has nothing for it. */
export function findHandler(
  handlers: ActionHandlers,
  request: PermittedRequest,
): ((caller: ActionCaller, signal: AbortSignal) => Promise<unknown>) | undefined {
  switch (request.action) {
    case 'memory_search':
      return bind(handlers.memory_search, request.params);
    case 'memory_get':
      return bind(handlers.memory_get, request.params);
    case 'delegate_run':
      return bind(handlers.delegate_run, request.params);
  }
}

function bind<P>(
  handle: Handle<P> | undefined,
  params: P,
): ((caller: ActionCaller, signal: AbortSignal) => Promise<unknown>) | undefined {
  return handle && ((caller, signal) => handle(params, caller, signal));
}

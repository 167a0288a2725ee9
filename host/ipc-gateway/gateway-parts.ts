import type { ActionHandlers } from './action-handlers.ts';
import type { ActionLedger } from './action-ledger.ts';
import type { DeliverMessage, RetryPolicy } from './chat-lanes.ts';
import type { TakeNotice } from './notices.ts';
import type { Quarantine } from './quarantine.ts';
import type { GatewayQuotas } from './quotas.ts';
import type { Turnstile } from './turnstile.ts';

/** What all runs of a gateway share. */
export interface GatewayParts {
  readonly handlers: ActionHandlers;
  readonly onMessage: DeliverMessage | undefined;
  readonly retry: RetryPolicy;
  readonly quotas: GatewayQuotas;
  readonly ledger: ActionLedger;
  readonly quarantine: Quarantine;
  readonly turnstile: Turnstile;
  readonly takeNotice: TakeNotice;
  /** Whether there is a group of this name; the name is a legal one. */
  readonly isGroup: (name: string) => boolean;
}

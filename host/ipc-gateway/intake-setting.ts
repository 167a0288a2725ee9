import type { GatewayParts } from './gateway-parts.ts';
import type { LeafDirectory } from './leaf-directory.ts';
import type { RunNotices } from './notices.ts';
import type { RunAuthority } from './run-file.ts';
import type { WritingGrace } from './writing-grace.ts';

/** What takes the files of a run works with. */
export interface IntakeSetting {
  readonly parts: GatewayParts;
  readonly run: RunAuthority;
  readonly notices: RunNotices;
  /** Called when somebody tampered with a directory: the run is to be stopped. */
  readonly onViolation: (reason: string) => void;
  /** Called in a scan of a directory with so much in it that the scan had better be repeated seldom. */
  readonly onFlood: (leaf: LeafDirectory) => void;
  readonly grace: WritingGrace;
  /** Ends all work; nothing is touched any more. */
  readonly signal: AbortSignal;
}

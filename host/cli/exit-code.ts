import type { ContainerOutput, ErrorCode } from '../../ipc-schemas/index.ts';

/** What the process ends with; 64 and 69 as in sysexits.h, 130 as shells do for SIGINT. */
export const EXIT = { success: 0, failed: 1, usage: 64, unavailable: 69, interrupted: 130 } as const;

/** The exit code of a run by its output: wrong input is the caller's, whoever noticed it. */
export function exitCodeOf(output: Pick<ContainerOutput, 'status' | 'errorCode'>): number {
  return output.status === 'success' ? EXIT.success : exitCodeOfError(output.errorCode);
}

/** The exit code for a row of the error table. */
export function exitCodeOfError(code: ErrorCode | undefined): number {
  switch (code) {
    case 'INPUT_INVALID':
      return EXIT.usage;
    case 'CONTAINER_START_FAILED':
      return EXIT.unavailable;
    case 'RUN_CANCELLED':
      return EXIT.interrupted;
    default:
      return EXIT.failed;
  }
}

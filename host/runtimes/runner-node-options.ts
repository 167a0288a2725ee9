/**
 * How every runtime starts Node for the runner: with a young generation of 4 MiB from the beginning to the end.
 *
 * It is not collected during the start (3 ms), and does not grow when events flood in (10 MB).
 */
export const RUNNER_NODE_OPTIONS: readonly string[] = ['--min-semi-space-size=4', '--max-semi-space-size=4'];

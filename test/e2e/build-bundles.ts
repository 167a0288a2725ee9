import { execa } from 'execa';

/** End-to-end tests run the true bundles, built from the sources as they are. */
export async function setup(): Promise<void> {
  await execa('rolldown', ['-c', 'rolldown.config.ts'], { preferLocal: true });
}

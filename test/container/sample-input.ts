import {
  type ContainerInput,
  type ContainerInputDocument,
  ContainerInputSchema,
} from '../../ipc-schemas/index.ts';

/** A valid input with every default, changed where a test says so. */
export function sampleInput(fields: Partial<ContainerInputDocument> = {}): ContainerInput {
  return ContainerInputSchema.parse({ prompt: 'hello', groupFolder: 'main', chatJid: 'cli:main', ...fields });
}

import type { Script } from '../reply.ts';
import { BROKEN_SCRIPTS } from './broken-scripts.ts';
import { ERROR_SCRIPTS } from './error-scripts.ts';
import { offlineGuide } from './offline-guide.ts';
import { MEMORY_SCRIPTS } from './memory-scripts.ts';
import { TEXT_SCRIPTS } from './text-scripts.ts';
import { TOOL_SCRIPTS } from './tool-scripts.ts';

/** Every script by the model name that picks it. */
export const SCRIPTS: ReadonlyMap<string, Script> = new Map(
  Object.entries({
    'turnbox-offline': offlineGuide,
    ...TEXT_SCRIPTS,
    ...TOOL_SCRIPTS,
    ...MEMORY_SCRIPTS,
    ...ERROR_SCRIPTS,
    ...BROKEN_SCRIPTS,
  }),
);

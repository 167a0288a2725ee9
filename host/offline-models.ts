import { OFFLINE_MODEL, OFFLINE_PROVIDER, piModelsFile } from './offline-model/pi-models.ts';
import type { OfflineModel } from './offline-model/start-offline-model.ts';
import type { RunModels } from './run-options.ts';

/** Makes runs use a scripted model: its sessions stay apart from those with a real one. */
export function offlineModels(model: Pick<OfflineModel, 'baseUrl'>): RunModels {
  return {
    agentHome: 'pi-offline',
    modelsFile: piModelsFile(model.baseUrl),
    provider: OFFLINE_PROVIDER,
    model: OFFLINE_MODEL,
  };
}

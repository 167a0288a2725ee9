import { expect, test } from 'vitest';

import { OFFLINE_MODEL, OFFLINE_PROVIDER, piModelsFile } from '../../../host/offline-model/pi-models.ts';
import { startOfflineModel } from '../../../host/offline-model/start-offline-model.ts';

interface ModelsFile {
  providers: Record<string, { models: { id: string }[] }>;
}

test('piModelsFile declares one entry whose default model is free', () => {
  const file = JSON.parse(piModelsFile('http://127.0.0.1:7/v1')) as ModelsFile;

  const shared = { reasoning: true, contextWindow: 200_000, maxTokens: 16_000 };
  expect(Object.keys(file.providers)).toEqual(['offline']);
  expect(file.providers[OFFLINE_PROVIDER]).toMatchObject({
    baseUrl: 'http://127.0.0.1:7/v1',
    api: 'openai-completions',
    apiKey: 'offline-needs-no-key',
  });
  expect(file.providers[OFFLINE_PROVIDER]?.models.slice(0, 2)).toEqual([
    { id: OFFLINE_MODEL, ...shared, cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
    { id: 'reply', ...shared, cost: { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 0 } },
  ]);
});

test('piModelsFile offers exactly the models that the endpoint lists', async () => {
  await using offline = await startOfflineModel();

  const response = await fetch(`${offline.baseUrl}/models`);

  const listed = (await response.json()) as { data: { id: string }[] };
  const file = JSON.parse(piModelsFile(offline.baseUrl)) as ModelsFile;
  expect(file.providers[OFFLINE_PROVIDER]?.models.map((model) => model.id)).toEqual(
    listed.data.map(({ id }) => id),
  );
});

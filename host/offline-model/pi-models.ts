import { MAX_OUTPUT_TOKENS } from './completion.ts';
import { SCRIPTS } from './scripts/scripts.ts';

/** The name of pi's provider entry for the offline model. */
export const OFFLINE_PROVIDER = 'offline';

/** The script that a user meets when no real model is set up. */
export const OFFLINE_MODEL = 'turnbox-offline';

const FREE = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const TEST_COST = { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 0 };

/**
 * The text of a `models.json` for pi (as of 0.87.1) that offers every script as a model.
 *
 * All but the default have a price, so that tests see costs. The key is a literal, not a secret.
 */
export function piModelsFile(baseUrl: string): string {
  const models = [...SCRIPTS.keys()].map((id) => ({
    id,
    reasoning: true,
    contextWindow: 200_000,
    maxTokens: MAX_OUTPUT_TOKENS,
    cost: id === OFFLINE_MODEL ? FREE : TEST_COST,
  }));
  const entry = { baseUrl, api: 'openai-completions', apiKey: 'offline-needs-no-key', models };
  return `${JSON.stringify({ providers: { [OFFLINE_PROVIDER]: entry } }, null, 2)}\n`;
}

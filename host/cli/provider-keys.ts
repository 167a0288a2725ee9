import type { Environment } from '../config.ts';

interface ProviderRow {
  /** Variables that are a credential; one of them is enough to try. */
  readonly keys: readonly string[];
  /** Variables that go with it: on their own they open nothing. */
  readonly settings?: readonly string[];
}

const AWS: ProviderRow = {
  keys: [
    'AWS_BEARER_TOKEN_BEDROCK',
    'AWS_ACCESS_KEY_ID',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
  ],
  settings: [
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_PROFILE',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_ROLE_ARN',
  ],
};

const AZURE: ProviderRow = {
  keys: ['AZURE_OPENAI_API_KEY'],
  settings: [
    'AZURE_OPENAI_BASE_URL',
    'AZURE_OPENAI_RESOURCE_NAME',
    'AZURE_OPENAI_API_VERSION',
    'AZURE_OPENAI_DEPLOYMENT_NAME_MAP',
  ],
};

const VERTEX: ProviderRow = {
  keys: ['GOOGLE_CLOUD_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
  settings: ['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION'],
};

/**
 * Credentials by pi's names of providers: docs/providers.md and `getApiKeyEnvVars` of pi 0.87.1.
 *
 * AWS_PROFILE alone is no credential here: the agent has a HOME of its own, without `~/.aws`.
 */
const PROVIDERS: ReadonlyMap<string, ProviderRow> = new Map(
  Object.entries({
    anthropic: { keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'] },
    openai: { keys: ['OPENAI_API_KEY'] },
    google: { keys: ['GEMINI_API_KEY'] },
    openrouter: { keys: ['OPENROUTER_API_KEY'] },
    'ant-ling': { keys: ['ANT_LING_API_KEY'] },
    deepseek: { keys: ['DEEPSEEK_API_KEY'] },
    nvidia: { keys: ['NVIDIA_API_KEY'] },
    'github-copilot': { keys: ['COPILOT_GITHUB_TOKEN'] },
    mistral: { keys: ['MISTRAL_API_KEY'] },
    groq: { keys: ['GROQ_API_KEY'] },
    cerebras: { keys: ['CEREBRAS_API_KEY'] },
    xai: { keys: ['XAI_API_KEY'] },
    'vercel-ai-gateway': { keys: ['AI_GATEWAY_API_KEY'] },
    zai: { keys: ['ZAI_API_KEY'] },
    'zai-coding-cn': { keys: ['ZAI_CODING_CN_API_KEY'] },
    opencode: { keys: ['OPENCODE_API_KEY'] },
    'opencode-go': { keys: ['OPENCODE_API_KEY'] },
    radius: { keys: ['RADIUS_API_KEY'] },
    huggingface: { keys: ['HF_TOKEN'] },
    fireworks: { keys: ['FIREWORKS_API_KEY'] },
    together: { keys: ['TOGETHER_API_KEY'] },
    baseten: { keys: ['BASETEN_API_KEY'] },
    'kimi-coding': { keys: ['KIMI_API_KEY'] },
    meta: { keys: ['META_API_KEY'] },
    minimax: { keys: ['MINIMAX_API_KEY'] },
    'minimax-cn': { keys: ['MINIMAX_CN_API_KEY'] },
    moonshotai: { keys: ['MOONSHOT_API_KEY'] },
    'moonshotai-cn': { keys: ['MOONSHOT_API_KEY'] },
    'qwen-token-plan': { keys: ['QWEN_TOKEN_PLAN_API_KEY'] },
    'qwen-token-plan-individual': { keys: ['QWEN_TOKEN_PLAN_API_KEY'] },
    'qwen-token-plan-cn': { keys: ['QWEN_TOKEN_PLAN_CN_API_KEY'] },
    xiaomi: { keys: ['XIAOMI_API_KEY'] },
    'xiaomi-token-plan-cn': { keys: ['XIAOMI_TOKEN_PLAN_CN_API_KEY'] },
    'xiaomi-token-plan-ams': { keys: ['XIAOMI_TOKEN_PLAN_AMS_API_KEY'] },
    'xiaomi-token-plan-sgp': { keys: ['XIAOMI_TOKEN_PLAN_SGP_API_KEY'] },
    'azure-openai-responses': AZURE,
    'amazon-bedrock': AWS,
    'cloudflare-ai-gateway': {
      keys: ['CLOUDFLARE_API_KEY'],
      settings: ['CLOUDFLARE_ACCOUNT_ID', 'CLOUDFLARE_GATEWAY_ID'],
    },
    'cloudflare-workers-ai': { keys: ['CLOUDFLARE_API_KEY'], settings: ['CLOUDFLARE_ACCOUNT_ID'] },
    'google-vertex': VERTEX,
  } satisfies Record<string, ProviderRow>),
);

/**
 * The variables that a run gets as secrets: those of its provider, else of every provider with a credential.
 *
 * Settings come only with a credential; all values are redacted in what the run says. Empty when there is none.
 */
export function findProviderKeys(env: Environment, provider?: string): Readonly<Record<string, string>> {
  const rows = provider === undefined ? [...PROVIDERS.values()] : [PROVIDERS.get(provider)];
  const names = rows
    .filter((row) => row !== undefined)
    .filter((row) => row.keys.some((name) => isSet(env, name)))
    .flatMap((row) => [...row.keys, ...(row.settings ?? [])]);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

/** The names of the credentials that an environment has, without their settings and never their values. */
export function listPresentKeys(env: Environment): string[] {
  const names = [...PROVIDERS.values()].flatMap((row) => row.keys);
  return [...new Set(names)].filter((name) => isSet(env, name));
}

/** The names of variables that are a credential of a provider; none for one that is not known. */
export function listKeyNames(provider: string): readonly string[] {
  return PROVIDERS.get(provider)?.keys ?? [];
}

function isSet(env: Environment, name: string): boolean {
  return env[name] !== undefined && env[name] !== '';
}

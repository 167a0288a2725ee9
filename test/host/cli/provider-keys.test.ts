import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findProviderKeys, listKeyNames, listPresentKeys } from '../../../host/cli/provider-keys.ts';

const ENV = {
  PATH: '/usr/bin',
  ANTHROPIC_API_KEY: 'a',
  OPENAI_API_KEY: '',
  GEMINI_API_KEY: 'g',
  CLOUDFLARE_API_KEY: 'c',
  CLOUDFLARE_ACCOUNT_ID: 'i',
  AWS_REGION: 'us-west-2',
  AWS_PROFILE: 'default',
};

describe('findProviderKeys', () => {
  test('takes every provider with a credential, its settings with it, and nothing else', () => {
    expect(findProviderKeys(ENV)).toEqual({
      ANTHROPIC_API_KEY: 'a',
      GEMINI_API_KEY: 'g',
      CLOUDFLARE_API_KEY: 'c',
      CLOUDFLARE_ACCOUNT_ID: 'i',
    });
  });

  test('takes those of a named provider only', () => {
    expect(findProviderKeys(ENV, 'google')).toEqual({ GEMINI_API_KEY: 'g' });
    expect(findProviderKeys(ENV, 'openai')).toEqual({});
    expect(findProviderKeys(ENV, 'no-such-provider')).toEqual({});
  });

  test('takes settings only behind a credential', () => {
    expect(findProviderKeys(ENV, 'amazon-bedrock')).toEqual({});
    expect(findProviderKeys({ ...ENV, AWS_BEARER_TOKEN_BEDROCK: 'b' }, 'amazon-bedrock')).toEqual({
      AWS_BEARER_TOKEN_BEDROCK: 'b',
      AWS_REGION: 'us-west-2',
      AWS_PROFILE: 'default',
    });
  });
});

test('listPresentKeys names credentials once and without settings', () => {
  expect(listPresentKeys(ENV)).toEqual(['ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'CLOUDFLARE_API_KEY']);
});

test('every variable in the table of pi is known', () => {
  const entry = createRequire(import.meta.url)
    .resolve.paths('pi')
    ?.map((directory) => join(directory, '@earendil-works/pi-coding-agent'));
  const page = entry?.map(readDocs).find((text) => text !== undefined) ?? '';
  const names = [...page.matchAll(/^\|[^|]+\| `(\w+)` \|$/gm)].map((match) => match[1] ?? '');
  const known = findProviderKeys(Object.fromEntries(names.map((name) => [name, 'value'])));

  expect(names.length).toBeGreaterThan(30);
  expect(Object.keys(known).sort()).toEqual(names.sort());
});

test('listKeyNames names the credentials of a provider', () => {
  expect(listKeyNames('openai')).toEqual(['OPENAI_API_KEY']);
  expect(listKeyNames('no-such-provider')).toEqual([]);
});

function readDocs(packageDir: string): string | undefined {
  try {
    return readFileSync(join(packageDir, 'docs', 'providers.md'), 'utf8');
  } catch {
    // Not installed there.
    return undefined;
  }
}

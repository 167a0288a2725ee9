import {
  CODING_HINTS,
  describeValue,
  REASONING_LEVELS,
  THINK_LEVELS,
  VERBOSE_MODES,
} from '../../ipc-schemas/index.ts';

interface HandTypedField {
  readonly values: readonly string[];
  readonly spellings: Readonly<Record<string, string>>;
}

/** The four fields that people type by hand, and what they type. */
const HAND_TYPED: Readonly<Record<string, HandTypedField>> = {
  codingHint: { values: CODING_HINTS, spellings: {} },
  thinkLevel: {
    values: THINK_LEVELS,
    spellings: {
      on: 'low',
      enable: 'low',
      enabled: 'low',
      min: 'minimal',
      mid: 'medium',
      med: 'medium',
      ultra: 'xhigh',
      'x-high': 'xhigh',
      x_high: 'xhigh',
      none: 'off',
      false: 'off',
      '0': 'off',
    },
  },
  reasoningLevel: {
    values: REASONING_LEVELS,
    spellings: {
      false: 'off',
      no: 'off',
      '0': 'off',
      true: 'on',
      yes: 'on',
      '1': 'on',
      streaming: 'stream',
      live: 'stream',
    },
  },
  verboseMode: {
    values: VERBOSE_MODES,
    spellings: {
      false: 'off',
      no: 'off',
      '0': 'off',
      on: 'all',
      true: 'all',
      yes: 'all',
      '1': 'all',
      full: 'verbose',
    },
  },
};

/** Fields whose own fields are the contract's too, so that `null` counts as absent there. */
const NESTED = ['secrets', 'timeouts', 'limits'];

/** The fields of the contract; for some of them, the fields of their own. */
export type KnownFields = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** Names that hosts without a setting send as empty texts, which count as absent. */
const MAY_BE_EMPTY = ['provider', 'model'];

export interface NormalisedDocument {
  readonly document: Record<string, unknown>;
  readonly warnings: readonly string[];
}

/**
 * Brings a document into the form that is validated: `null` becomes absent, hand-typed spellings are folded,
 * and what an older runner need not understand is dropped with a warning. Pure; never fails.
 */
export function normaliseInput(
  raw: Readonly<Record<string, unknown>>,
  knownFields: KnownFields,
): NormalisedDocument {
  const warnings: string[] = [];
  const present = withoutNulls(raw);
  const document = Object.fromEntries(Object.entries(present).filter(([name]) => knownFields.has(name)));
  for (const name of NESTED) {
    const value = document[name];
    if (isRecord(value)) document[name] = withoutNulls(value);
  }
  const unknown = findUnknownFields(present, document, knownFields);
  if (unknown.length > 0) warnings.push(`unknown fields are ignored: ${listNames(unknown)}`);
  if (Array.isArray(document['tools'])) {
    document['tools'] = document['tools'].filter((tool) => tool !== null);
  }
  for (const name of MAY_BE_EMPTY) {
    if (document[name] === '') delete document[name];
  }
  for (const [name, field] of Object.entries(HAND_TYPED)) {
    const typed = document[name];
    if (typed === undefined) continue;
    const value = foldHandTyped(typed, field);
    if (value === undefined) {
      warnings.push(
        `${name}: expected one of ${field.values.join(', ')}, found ${describeValue(typed)}; left out`,
      );
      delete document[name];
    } else document[name] = value;
  }
  const { noContinue } = document;
  if (noContinue !== undefined && typeof noContinue !== 'boolean') {
    warnings.push(
      `noContinue: expected true or false, found ${describeValue(noContinue)}; it counts as false`,
    );
    document['noContinue'] = false;
  }
  return { document, warnings };
}

/** Names of unknown fields, those one level down behind the name of the field that they stand in. */
function findUnknownFields(
  present: Readonly<Record<string, unknown>>,
  document: Readonly<Record<string, unknown>>,
  knownFields: KnownFields,
): string[] {
  const nested = [...knownFields].flatMap(([name, ownFields]) => {
    const value = document[name];
    if (ownFields === undefined || !isRecord(value)) return [];
    return Object.keys(value).flatMap((own) => (ownFields.has(own) ? [] : [`${name}.${own}`]));
  });
  return [...Object.keys(present).filter((name) => !knownFields.has(name)), ...nested];
}

function foldHandTyped(typed: unknown, field: HandTypedField): string | undefined {
  if (typeof typed !== 'string' && typeof typed !== 'boolean' && typeof typed !== 'number') return undefined;
  const text = String(typed).trim().toLowerCase();
  const folded = Object.hasOwn(field.spellings, text) ? field.spellings[text] : text;
  return field.values.find((value) => value === folded);
}

function withoutNulls(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => describeValue(name));
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}

import { ERROR_TABLE } from '../../ipc-schemas/index.ts';
import type { JsonSchema } from './json-schema.ts';
import { code, json, table } from './markdown.ts';

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return json(schema.const);
  if (schema.enum?.length === Object.keys(ERROR_TABLE).length) return '[error code](#error-codes)';
  if (schema.enum !== undefined) return schema.enum.map(json).join(', ');
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`;
  if (schema.propertyNames !== undefined) return 'object of names to strings';
  if (schema.type === undefined) return 'any JSON';
  const name = typeof schema.type === 'string' ? schema.type : schema.type.join(' or ');
  return [name, ...boundsOf(schema)].join(', ');
}

function boundsOf(schema: JsonSchema): string[] {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, minLength, maxLength } = schema;
  const bounds: string[] = [];
  if (maximum < Number.MAX_SAFE_INTEGER) bounds.push(`${minimum} to ${maximum}`);
  else if (minimum > Number.MIN_SAFE_INTEGER) bounds.push(`from ${minimum}`);
  if (exclusiveMinimum !== undefined) bounds.push(`above ${exclusiveMinimum}`);
  if (maxLength !== undefined) bounds.push(`${minLength ?? 0} to ${maxLength} characters`);
  return bounds;
}

function meaningOf(schema: JsonSchema): string {
  const pattern = schema.pattern ?? schema.propertyNames?.pattern ?? schema.items?.pattern;
  const sentences = [schema.description ?? (schema.const === undefined ? 'See below.' : 'Always this.')];
  if (schema.maxItems !== undefined) sentences.push(`At most ${schema.maxItems}.`);
  if (pattern !== undefined) sentences.push(`Pattern: ${code(pattern)}`);
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

interface Field {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Every field of an object, those of objects inside it behind their own, by dotted path. */
function fieldsOf(object: JsonSchema, prefix = ''): Field[] {
  return Object.entries(object.properties ?? {}).flatMap(([key, schema]) => {
    const path = `${prefix}${key}`;
    const field = { path, schema, isRequired: object.required?.includes(key) === true };
    return schema.items?.properties === undefined
      ? [field, ...fieldsOf(schema, `${path}.`)]
      : [field, ...fieldsOf(schema.items, `${path}[].`)];
  });
}

function whenAbsent({ schema, isRequired }: Field): string {
  if (isRequired) return '**required**';
  return schema.default === undefined || schema.properties !== undefined ? 'optional' : json(schema.default);
}

/** A table of all fields of an object, save those whose paths are in `leaveOut`. */
export function fieldTable(object: JsonSchema, leaveOut: readonly string[] = []): string {
  const fields = fieldsOf(object).filter((field) => !leaveOut.includes(field.path));
  return table(
    ['field', 'type', 'default', 'meaning'],
    fields.map((field) => [
      code(field.path),
      typeOf(field.schema),
      whenAbsent(field),
      meaningOf(field.schema),
    ]),
  );
}

/** A heading and a table for every member of a union, named by the value of its discriminating field. */
export function unionTables(
  union: JsonSchema,
  key: string,
  describe: (name: string) => string,
  leaveOut: readonly string[] = [],
): string {
  return (union.oneOf ?? [])
    .map((member) => {
      const name = String(member.properties?.[key]?.const);
      const fields = fieldTable(member, leaveOut);
      return [`### ${code(name)}`, describe(name), fields].filter((part) => part !== '').join('\n\n');
    })
    .join('\n\n');
}

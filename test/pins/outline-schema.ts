import { z } from 'zod';

/** Every field of a schema on the wire, by dotted path: its type and bounds, then its default or whether it is required. */
export type Outline = Readonly<Record<string, string>>;

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly JsonSchema[];
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.join('|');
  const name = schema.type === undefined ? 'unknown' : [schema.type].flat().join('|');
  const bounds = [
    schema.pattern === undefined ? '' : `/${schema.pattern}/`,
    boundsOf(schema.minLength, schema.maxLength),
    boundsOf(schema.minimum, schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum),
    schema.exclusiveMinimum === undefined ? '' : `>${schema.exclusiveMinimum}`,
    boundsOf(undefined, schema.maxItems),
    schema.items === undefined ? '' : `of ${typeOf(schema.items)}`,
    schema.propertyNames === undefined ? '' : `keys ${typeOf(schema.propertyNames)}`,
    schema.additionalProperties === undefined ? '' : `of ${typeOf(schema.additionalProperties)}`,
  ];
  return [name, ...bounds].filter((part) => part !== '').join(' ');
}

function boundsOf(from: number | undefined, to: number | undefined): string {
  return from === undefined && to === undefined ? '' : `${from ?? ''}..${to ?? ''}`;
}

function outlineObject(object: JsonSchema, prefix = ''): Outline {
  const outline: Record<string, string> = {};
  for (const [key, schema] of Object.entries(object.properties ?? {})) {
    const path = `${prefix}${key}`;
    const isRequired = object.required?.includes(key) === true;
    const fallback = schema.default === undefined ? '' : ` = ${JSON.stringify(schema.default)}`;
    outline[path] = `${typeOf(schema)}${isRequired ? ' required' : fallback}`;
    Object.assign(
      outline,
      outlineObject(schema, `${path}.`),
      outlineObject(schema.items ?? {}, `${path}[].`),
    );
  }
  return outline;
}

/** The outline of an object schema, as a peer writes it. */
export function outlineSchema(schema: z.ZodType): Outline {
  return outlineObject(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema);
}

/** The outlines of a union's members, in order. */
export function outlineUnion(schema: z.ZodType): Outline[] {
  const { oneOf = [] } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return oneOf.map((member) => outlineObject(member));
}

import { z } from 'zod';
import { isObject } from './json-rpc.ts';

/** Whether a value, as JSON has them, fits a schema. */
export type Fits = (value: unknown) => boolean;

type Schema = z.core.$ZodType;

/** The schema's own rules for a value of its type, one of which a format such as a date's is itself. */
const rulesOf = (schema: Schema): readonly z.core.$ZodCheck[] => [
  ...(schema instanceof z.core.$ZodCheck ? [schema] : []),
  ...(schema._zod.def.checks ?? []),
];

/** Of the type, and then as the rules have it. */
const withRules = (schema: Schema, isOfType: Fits): Fits => {
  const rules = rulesOf(schema);
  if (rules.length === 0) return isOfType;
  const asked: z.core.ParsePayload = { value: undefined, issues: [] };
  return (value) => {
    if (!isOfType(value)) return false;
    asked.value = value;
    for (const rule of rules) void rule._zod.check(asked as never);
    if (asked.issues.length === 0) return true;
    asked.issues = [];
    return false;
  };
};

const fitsObject = ({ shape }: z.core.$ZodObjectDef): Fits => {
  const fields = Object.entries(shape).map(([name, field]) => ({ name, fits: fitsOf(field) }));
  return (value) => isObject(value) && fields.every(({ name, fits }) => fits(value[name]));
};

/**
 * Answers what `safeParse` has as `success`, and nothing else: no copy of the value is built, nor words for what is wrong
 * with it. Where a page may not make code from strings, as zod would, that takes a third of the time.
 */
export const fitsOf = (schema: Schema): Fits => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const byParsing: Fits = (value) => z.safeParse(schema, value).success;
  switch (def.type) {
    case 'object':
      return def.catchall === undefined || def.catchall._zod.def.type === 'unknown'
        ? withRules(schema, fitsObject(def))
        : byParsing;
    case 'array': {
      const fits = fitsOf(def.element);
      return withRules(schema, (value) => Array.isArray(value) && value.every((item) => fits(item)));
    }
    case 'optional': {
      const fits = fitsOf(def.innerType);
      return (value) => value === undefined || fits(value);
    }
    case 'nullable': {
      const fits = fitsOf(def.innerType);
      return (value) => value === null || fits(value);
    }
    case 'union': {
      const options = def.options.map(fitsOf);
      return withRules(schema, (value) => options.some((fits) => fits(value)));
    }
    case 'enum': {
      const values = new Set<unknown>(Object.values(def.entries));
      return (value) => values.has(value);
    }
    case 'unknown':
      return () => true;
    case 'string':
      return def.coerce ? byParsing : withRules(schema, (value) => typeof value === 'string');
    case 'number':
      return def.coerce ? byParsing : withRules(schema, Number.isFinite);
    default:
      return byParsing;
  }
};

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { incidentEvents, otherNotifications } from './down.ts';
import { fitsOf } from './fits.ts';

type Json = ReturnType<typeof JSON.parse>;

/** Values near the edges of what our schemas take. */
const edges = fc.constantFrom<Json>(
  ...[null, true, 0, -1, 1, 0.5, 1.5, 2 ** 53, '', 'x', 'x'.repeat(128), 'x'.repeat(129), '\0', '\ud800', '😀', [], {}],
  ...['2026-02-28T10:00:00Z', '2026-02-30T10:00:00Z', '2026-02-28T10:00:00+01:00', '2026-02-28', 'running', 'high'],
);
const anything: fc.Arbitrary<Json> = fc.oneof(edges, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>);

/** What a schema takes, as far as its types tell, with something else in its place here and there. */
const nearly = (schema: z.core.$ZodType): fc.Arbitrary<Json> => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const fitting = (): fc.Arbitrary<Json> => {
    switch (def.type) {
      case 'object':
        return fc
          .record(Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, nearly(field)])), {
            requiredKeys: Object.entries(def.shape).flatMap(([name, field]) =>
              (field as z.core.$ZodTypes)._zod.def.type === 'optional' ? [] : [name],
            ),
          })
          .chain((value) => fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, fc.constant({ ...value, more: 1 })));
      case 'array':
        return fc.array(nearly(def.element), { maxLength: 3 });
      case 'optional':
      case 'nullable':
        return nearly(def.innerType);
      case 'union':
        return fc.oneof(...def.options.map(nearly));
      case 'enum':
        return fc.constantFrom(...Object.values(def.entries));
      case 'literal':
        return fc.constantFrom(...def.values);
      case 'string':
        return 'format' in def ? fc.constant('2026-03-03T14:27:00.000Z') : fc.string({ minLength: 1, maxLength: 9 });
      case 'number':
        return fc.integer({ min: 1, max: 9 });
      case 'boolean':
        return fc.boolean();
      default:
        return anything;
    }
  };
  return fc.oneof({ weight: 40, arbitrary: fitting() }, { weight: 1, arbitrary: anything });
};

const expectSame = (schema: z.ZodType, values: fc.Arbitrary<Json>): { fitting: number; others: number } => {
  const fits = fitsOf(schema);
  const seen = { fitting: 0, others: 0 };
  fc.assert(
    fc.property(values, (value) => {
      const { success } = schema.safeParse(value);
      seen[success ? 'fitting' : 'others'] += 1;
      // Twice: what was wrong with one value says nothing of the next.
      expect([fits(value), fits(value)]).toEqual([success, success]);
    }),
    { numRuns: 300 },
  );
  return seen;
};

describe('whether a value fits', () => {
  it.each(Object.entries({ ...incidentEvents, ...otherNotifications }))('%s is what parsing says', (_, schema) => {
    expect(expectSame(schema, nearly(schema)).fitting).toBeGreaterThan(0);
    expectSame(schema, anything);
  });

  it('is what parsing says of rules and types that no notification has', () => {
    const schemas: readonly z.ZodType[] = [
      z.strictObject({ a: z.string() }),
      z.object({ a: z.string() }).refine(({ a }) => a !== 'x'),
      z.array(z.number()).min(1).max(2),
      z.string().trim().min(1),
      z.string().regex(/x/g),
      z.coerce.number(),
      z.record(z.string(), z.number()),
      z.preprocess((value) => value ?? 'x', z.string()),
      z.union([z.string(), z.number()]).refine((value) => value !== ''),
      z.discriminatedUnion('a', [z.object({ a: z.literal('x') }), z.object({ a: z.literal('') })]),
    ];
    const values = fc.oneof(anything, fc.record({ a: anything }), fc.array(fc.integer(), { maxLength: 3 }));
    for (const schema of schemas) expectSame(schema, values);
  });
});

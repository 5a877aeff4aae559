import fc from 'fast-check';
import { KNOWN } from './oracle.ts';

/** Bytes as they come go out in a frame of their own, as a text or as binary. */
export type HostileFrame = { kind: 'text'; text: string } | { kind: 'bytes'; bytes: Uint8Array; isBinary: boolean };

/** The incidents that messages are about: one of the tenant, one of another, one that is none. */
type Ground = { own: string; foreign: string };

/** Hardly ever the same twice: a repeat could still be in flight, and which of two is refused then nobody can tell. */
const id = fc.oneof(
  { weight: 6, arbitrary: fc.noBias(fc.nat()) },
  { weight: 2, arbitrary: fc.noBias(fc.string({ unit: 'binary', minLength: 4, maxLength: 12 })) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 1.5, -0.25, 2 ** 53, -(2 ** 60), 1e300, true, [], {}) },
);

const paramsOf = ({ own, foreign }: Ground) =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom({ incidentId: own }, { incidentId: foreign }, { incidentId: 'inc_none' }, {}),
    },
    {
      weight: 4,
      arbitrary: fc.record(
        {
          incidentId: fc.constantFrom<unknown>(own, own, foreign, '', 7, null),
          message: fc.string({ unit: 'binary', maxLength: 40 }),
          agentName: fc.constantFrom<unknown>('Fuzz', '', 3),
          afterSeq: fc.constantFrom<unknown>(0, 1, -1, 1e9, 1.5, 'x'),
          tail: fc.constantFrom<unknown>(0, 5, -1, 1e9),
          batch: fc.constantFrom<unknown>(true, false, 'yes'),
          subscriptionId: fc.constantFrom<unknown>('sub_none', '', null),
          token: fc.string(),
          input: fc.jsonValue({ maxDepth: 4 }),
        },
        { requiredKeys: [] },
      ),
    },
    { weight: 1, arbitrary: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  );

const message = (ground: Ground) =>
  fc.record(
    {
      jsonrpc: fc.oneof(
        { weight: 20, arbitrary: fc.constant('2.0') },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
      ),
      id,
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...KNOWN) },
        { weight: 2, arbitrary: fc.constantFrom('toString', '__proto__', 'rpc.x', 'Ping', '') },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
      ),
      params: paramsOf(ground),
      result: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: ['jsonrpc', 'method'] },
  );

const response = fc.record(
  { jsonrpc: fc.constant('2.0'), id, result: fc.jsonValue(), error: fc.jsonValue() },
  { requiredKeys: ['jsonrpc'] },
);

/** A valid text with one place cut out, doubled or overwritten. */
const mutated = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.nat(),
      fc.nat(12),
      fc.constantFrom('', '"', '{', ']', ',', '\\', '0', 'e', '.', '\u0000', '\ufeff', '☃', '\u2028'),
    )
    .map(([whole, place, length, put]) => {
      const at = place % (whole.length + 1);
      return whole.slice(0, at) + put + whole.slice(at + length);
    });

export const arbitraryFrame = (ground: Ground): fc.Arbitrary<HostileFrame> => {
  const one = fc.oneof({ weight: 8, arbitrary: message(ground) }, { weight: 1, arbitrary: response });
  const item = fc.oneof({ weight: 8, arbitrary: one }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
  const valid = fc.oneof(
    { weight: 6, arbitrary: one },
    { weight: 3, arbitrary: fc.array(item, { maxLength: 8 }) },
    { weight: 1, arbitrary: fc.array(item, { minLength: 15, maxLength: 30 }) },
  );
  const text = valid.map((value) => JSON.stringify(value));
  const texts = fc.oneof(
    { weight: 10, arbitrary: text },
    { weight: 6, arbitrary: mutated(text) },
    { weight: 2, arbitrary: fc.json() },
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
  );
  return fc.oneof(
    {
      weight: 40,
      arbitrary: texts.map((content): HostileFrame => ({ kind: 'text', text: Buffer.from(content).toString() })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.uint8Array({ maxLength: 120 }), fc.boolean())
        .map(([bytes, isBinary]): HostileFrame => ({ kind: 'bytes', bytes, isBinary })),
    },
  );
};

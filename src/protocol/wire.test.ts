import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { incidentEvents, otherNotifications, readNotification } from './down.ts';
import { parseFrame } from './json-rpc.ts';
import { calls, publications } from './up.ts';

/** What changed on the wire, newest last: a change to the schemas needs a line here. */
const HISTORY = [
  ['79129e5e8014b568', 'the documented contract with positions, batches, publishing and decisions'],
  [
    'c7d5a9c4f346ebce',
    'preconditions, undo and rollback, claims, objections, who reads a plan; citations, contradictions, open questions; instructions to an agent',
  ],
  ['2f1941886d66f8d1', 'a change of an incident’s status names the event that it follows from'],
] as const;

const FIXTURES = new URL('./fixtures/', import.meta.url);

const shapeOf = (methods: Record<string, z.ZodType>): unknown =>
  Object.entries(methods).map(([method, schema]) => [
    method,
    z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }),
  ]);

test('the wire is the one that the history ends with', () => {
  const shape = JSON.stringify([calls, publications, incidentEvents, otherNotifications].map(shapeOf));
  expect(createHash('sha256').update(shape).digest('hex').slice(0, 16)).toBe(HISTORY.at(-1)?.[0]);
});

const fixtures = readdirSync(FIXTURES).map((name) => ({
  method: name.replace(/\.json$/, ''),
  text: readFileSync(new URL(name, FIXTURES), 'utf8'),
}));

test('every event of an incident has a fixture', () => {
  expect(fixtures.map(({ method }) => method).sort()).toEqual(Object.keys(incidentEvents).sort());
});

test.each(fixtures)('the fixture of $method is read as what it is', ({ method, text }) => {
  const frame = parseFrame(text);
  const item = frame.kind === 'single' ? frame.item : undefined;
  if (item?.kind !== 'notification' || typeof item.params === 'string') throw new Error('not a notification');
  expect(readNotification(item.method, item.params).method).toBe(method);
});

test('R8: what this version does not know, or cannot read, is kept with its name', () => {
  expect(readNotification('agent.mood', { mood: 'fine' })).toEqual({
    method: 'unknown',
    name: 'agent.mood',
    params: { mood: 'fine' },
  });
  expect(readNotification('investigation.completed', { confidence: 7 })).toMatchObject({ method: 'unknown' });
  expect(readNotification('toString', {})).toMatchObject({ method: 'unknown' });
});

test('a field that this version does not know survives', () => {
  const read = readNotification('investigation.aborted', { incidentId: 'inc_1', by: 'ana', mood: 'fine' });
  expect(read.params).toMatchObject({ mood: 'fine' });
});

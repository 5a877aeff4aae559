import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

const frame = (from: number, count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, index) => ({ params: { seq: from + index } })));

test('a gate that is held keeps events, in their order, and nothing else', async () => {
  const gate = createGate();
  const sent: string[] = [];
  const pass = (text: string): void => gate.pass(text, (part) => void sent.push(part));
  pass(frame(1, 1));
  gate.hold();
  pass(frame(2, 3));
  pass('{"id":1,"result":{"pong":true}}');
  pass(frame(5, 2));
  expect(sent).toEqual([frame(1, 1), '{"id":1,"result":{"pong":true}}']);
  expect(gate.held()).toBe(5);
  // Two a tick of ten milliseconds.
  await gate.letGo(200);
  pass(frame(7, 1));
  expect(sent.slice(2)).toEqual([frame(2, 2), frame(4, 1), frame(5, 2), frame(7, 1)]);
});

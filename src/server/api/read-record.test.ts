import { PassThrough, Readable } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { recordWith } from '../testing/sealed-record.ts';
import { range } from '../testing/shared.ts';
import { receiveRecord } from './read-record.ts';

const MOST = 64 * 1024 * 1024;
const progressWith = (message: string) => ['investigation.progress', { agentName: 'Probe', message }] as const;
const received = async (text: string, chunk: number) => {
  const bytes = Buffer.from(text);
  const chunks = range(Math.ceil(bytes.length / chunk), 0).map((at) => bytes.subarray(at * chunk, (at + 1) * chunk));
  return (await receiveRecord(Readable.from(chunks), MOST, Number.NaN)).read();
};

afterEach(() => {
  vi.restoreAllMocks();
});

test('a record is looked at as it comes, and not when all of it is there', async () => {
  const parsed = vi.spyOn(JSON, 'parse');
  const payload = new PassThrough();
  const done = receiveRecord(payload, MOST, Number.NaN);
  const [head, ...others] = recordWith(
    'inc_1',
    range(10).map((number) => progressWith(`m${number}`)),
  ).split('\n');
  payload.write(`${head}\n${others.slice(0, 5).join('\n')}\n`);
  await vi.waitFor(() => expect(parsed.mock.calls.length).toBeGreaterThanOrEqual(5));
  payload.end(others.slice(5).join('\n'));
  expect((await done).read()).toMatchObject({ count: 10, head: { incidentId: 'inc_1' } });
});

test('a record is whole wherever it was cut on its way', async () => {
  const text = recordWith('inc_1', [progressWith('☃'.repeat(50)), progressWith('\u0000')]);
  for (const chunk of [1, 2, 7, 1_000_000]) {
    const { parts } = await received(text, chunk);
    expect([...parts()].flat().map(({ params }) => params.message)).toEqual(['☃'.repeat(50), '\u0000']);
  }
});

test('its events are given a few at a time, and few of those that are large', async () => {
  const many = await received(
    recordWith(
      'inc_1',
      range(450).map((number) => progressWith(`m${number}`)),
    ),
    65_536,
  );
  expect([...many.parts()].map(({ length }) => length)).toEqual([200, 200, 50]);
  const large = await received(
    recordWith(
      'inc_1',
      range(5).map(() => progressWith('x'.repeat(600_000))),
    ),
    65_536,
  );
  expect([...large.parts()].map(({ length }) => length)).toEqual([2, 2, 1]);
});

test('a line that no event can have is refused, and what follows it is not kept', async () => {
  const [head] = recordWith('inc_1', []).split('\n');
  const text = `${head}\n${'x'.repeat(18 * 1024 * 1024)}`;
  await expect(received(text, 65_536)).rejects.toMatchObject({ status: 400, message: 'line 2: is too long' });
});

test('more than there may be is refused, announced or sent', async () => {
  const text = recordWith('inc_1', [progressWith('x')]);
  const refused = { status: 413, code: 'payload_too_large' };
  await expect(receiveRecord(Readable.from([]), 10, 11)).rejects.toMatchObject(refused);
  await expect(receiveRecord(Readable.from([Buffer.from(text)]), 10, Number.NaN)).rejects.toMatchObject(refused);
});

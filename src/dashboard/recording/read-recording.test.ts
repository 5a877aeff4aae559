import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { readRecording } from './read-recording.ts';

const head = {
  type: 'incident',
  incidentId: 'inc_1',
  title: 'Checkout is slow',
  severity: 'high',
  status: 'resolved',
  source: 'automated',
  createdAt: '2026-03-03T14:27:00Z',
};
const event = (seq: number) => ({
  type: 'event',
  method: 'investigation.progress',
  params: { eventId: `evt_${seq}`, seq, agentName: 'Logs', message: `m${seq}`, timestamp: '2026-03-03T14:27:01Z' },
});
const record = (...lines: object[]): string => {
  const body = [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  return `${body}${JSON.stringify({ type: 'end', events: lines.length, digest })}\n`;
};

it('a record that was exported is read back whole, and verifies', async () => {
  const read = await readRecording(record(event(1), event(2)));
  expect(read).toMatchObject({
    ok: true,
    recording: { integrity: 'verified', unreadable: 0, head: { incidentId: 'inc_1' } },
  });
  expect(read.ok && read.recording.events.map(({ id, seq }) => [id, seq])).toEqual([
    ['evt_1', 1],
    ['evt_2', 2],
  ]);
});

it('one that was changed, cut or damaged is still shown, and said to be that', async () => {
  const text = record(event(1), event(2));
  expect(await readRecording(text.replace('m2', 'm3'))).toMatchObject({ recording: { integrity: 'changed' } });
  const cut = text.slice(0, text.indexOf('"m2"'));
  expect(await readRecording(cut)).toMatchObject({ recording: { integrity: 'unfinished', unreadable: 1 } });
  expect(await readRecording(record(event(1), { type: 'other' }))).toMatchObject({ recording: { unreadable: 1 } });
});

it('what is no record is refused with a reason', async () => {
  for (const text of ['', 'hello', '{"type":"event"}', '[]'])
    expect(await readRecording(text)).toMatchObject({ ok: false, reason: expect.stringContaining('no record') });
});

import { expect, it } from 'vitest';
import { toIncidentEvent } from '../../incident/event.ts';
import { closedFeed } from './closing.ts';
import { emptyFeed, received } from './feed.ts';

const at = Date.UTC(2026, 0, 1);
const running = toIncidentEvent(
  'agent.status',
  {
    incidentId: 'inc_1',
    eventId: 'evt_1',
    seq: 1,
    timestamp: new Date(at).toISOString(),
    agentName: 'Logs',
    role: 'logs',
    status: 'running',
  },
  0,
);

it('shows the feed of a closed incident with nobody at work, the same each time, and leaves what it is made of', () => {
  const feed = received(emptyFeed('inc_1'), running === undefined ? [] : [running]);
  const closing = { status: 'closed', at: at + 60_000 } as const;
  const closed = closedFeed(feed, closing);
  expect(closed.closedAt).toBe(at + 60_000);
  expect(closed.chronicle.investigation.agents.get('Logs')).toMatchObject({ status: 'done', cut: true, endedAt: at });
  expect(closed.chronicle.book).toBe(feed.chronicle.book);
  expect(closedFeed(feed, { ...closing })).toBe(closed);
  expect(closedFeed(feed, null)).toBe(feed);
  expect(feed.chronicle.investigation.agents.get('Logs')).toMatchObject({ status: 'running', endedAt: null });
});

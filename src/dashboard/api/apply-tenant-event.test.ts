import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { applyTenantEvent, catchUpAfterBreak } from './apply-tenant-event.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const watchFigures = () => {
  const client = new QueryClient();
  const asked = vi.fn(() => Promise.resolve({}));
  const observer = new QueryObserver(client, { queryKey: ['analytics', '7d'], queryFn: asked });
  const leave = observer.subscribe(() => undefined);
  return { client, asked, leave };
};

const created = (number: number) => ({
  incidentId: `inc_${number}`,
  title: 'Checkout is slow',
  severity: 'high',
  status: 'open',
  source: 'agent',
});

it('asks for the figures that are shown anew when incidents change, once for many', async () => {
  const { client, asked } = watchFigures();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveBeenCalledTimes(1);
  for (let number = 0; number < 100; number += 1) {
    applyTenantEvent(client, 'incident.created', created(number));
    applyTenantEvent(client, 'incident.status_changed', {
      incidentId: `inc_${number}`,
      previousStatus: 'open',
      newStatus: 'investigating',
    });
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveBeenCalledTimes(2);
  catchUpAfterBreak(client);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveBeenCalledTimes(3);
});

it('asks for none that nobody sees', async () => {
  const { client, asked, leave } = watchFigures();
  await vi.advanceTimersByTimeAsync(0);
  leave();
  applyTenantEvent(client, 'incident.created', created(1));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveBeenCalledTimes(1);
});

it('knows of an open incident when it was closed', () => {
  const client = new QueryClient();
  const key = ['incident', 'inc_1'];
  client.setQueryData(key, { incidentId: 'inc_1', status: 'investigating', updatedAt: '2026-01-01T00:00:00.000Z' });
  const timestamp = '2026-01-01T00:40:00.000Z';
  const moved = { incidentId: 'inc_1', previousStatus: 'investigating', newStatus: 'closed', timestamp };
  applyTenantEvent(client, 'incident.status_changed', moved);
  expect(client.getQueryData(key)).toMatchObject({ status: 'closed', updatedAt: timestamp });
});

import { createHash } from 'node:crypto';

export type Line = Record<string, unknown> & { params?: Record<string, unknown> };

/** A record with these lines and a digest that fits, as anybody can make one. */
export const sealed = (lines: readonly Line[]): string => {
  const texts = lines.map((line) => `${JSON.stringify(line)}\n`);
  const digest = `sha256:${createHash('sha256').update(texts.join('')).digest('hex')}`;
  return `${texts.join('')}${JSON.stringify({ type: 'end', events: lines.length - 1, digest })}\n`;
};

/** A record of an incident with these events, each under an id of its own. */
export const recordWith = (
  incidentId: string,
  events: readonly (readonly [method: string, params: object])[],
): string =>
  sealed([
    {
      type: 'incident',
      incidentId,
      title: 'From elsewhere',
      severity: 'high',
      status: 'resolved',
      createdAt: '2026-01-01T00:00:00.000Z',
    },
    ...events.map(([method, params], index) => ({
      type: 'event',
      method,
      params: { eventId: `evt_${incidentId}_${index}`, incidentId, timestamp: '2026-01-01T00:00:01.000Z', ...params },
    })),
  ]);

import { scannedTables } from '../analysis/statement.ts';
import { changeLabel } from '../specialists/changes.ts';
import type { Monitor } from '../tools/monitor.ts';
import type { Platform } from '../tools/platform.ts';
import type { Check } from './check.ts';

export type Looked = { status: 'holds' | 'changed' | 'unknown'; observed: string; reason?: string };

export type Looking = { monitor: Monitor; platform: Platform };

const words = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

const judged = (holds: boolean, observed: string, reason: string): Looked =>
  holds ? { status: 'holds', observed } : { status: 'changed', observed, reason };

const lookAt = async (check: Check, { monitor, platform }: Looking): Promise<Looked> => {
  switch (check.kind) {
    case 'state': {
      const { type, args, field, anyOf } = check;
      const now = (await platform.state({ type, args }))[field];
      const holds = anyOf.some((value) => JSON.stringify(now ?? null) === JSON.stringify(value ?? null));
      return judged(holds, `${field} is ${words(now)}`, `${field} was ${words(anyOf[0])} and is ${words(now)}`);
    }
    case 'missed': {
      const alert = (await monitor.alerts()).find(({ objective }) => objective === check.objective);
      const firing = alert?.firing === true;
      return judged(firing, firing ? 'still missed' : 'met', `${check.objective} is met again`);
    }
    case 'runs': {
      const status = (await platform.processes()).find(({ service }) => service === check.service)?.status ?? 'unknown';
      return judged(status === 'running', `${check.service} is ${status}`, `${check.service} is ${status}`);
    }
    case 'unchanged': {
      const changes = (await platform.changes(check.since, Date.now() + 60_000)).filter(
        ({ service }) => service === check.service,
      );
      const [first] = changes;
      return judged(
        first === undefined,
        first === undefined ? 'no change since' : changeLabel(first),
        first === undefined ? '' : `${first.author} changed it: ${changeLabel(first)}`,
      );
    }
    case 'metric': {
      const { metric, operation, where, windowMs, atLeast, atMost } = check;
      const [series] = await monitor.query({ metric, operation, where, windowMs, from: Date.now() - 60_000 });
      const value = series?.points.at(-1)?.[1];
      if (value === undefined) return { status: 'unknown', observed: 'nothing was measured' };
      const holds = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
      const limit = [
        ...(atLeast === undefined ? [] : [`at least ${atLeast.toPrecision(3)}`]),
        ...(atMost === undefined ? [] : [`at most ${atMost.toPrecision(3)}`]),
      ].join(' and ');
      return judged(
        holds,
        `${metric} is ${value.toPrecision(3)}`,
        `${metric} is ${value.toPrecision(3)} and no longer ${limit}`,
      );
    }
    case 'scans': {
      const plan = await platform.explain(check.service, check.statement);
      return judged(scannedTables(plan).includes(check.table), plan.join(' · '), `The plan is now ${plan.join(' · ')}`);
    }
  }
};

/** Looks at a fact again; what can't be looked at is unknown, never taken for granted. */
export const look = async (check: Check, looking: Looking): Promise<Looked> => {
  try {
    return await lookAt(check, looking);
  } catch (error) {
    return {
      status: 'unknown',
      observed: 'it could not be looked at',
      reason: error instanceof Error ? error.message : String(error),
    };
  }
};

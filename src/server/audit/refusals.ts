import { newId } from '../../protocol/ids.ts';
import type { Principal } from '../auth/principal.ts';
import type { Holder } from '../auth/sessions.ts';
import { toNewEvent } from '../incidents/stored-event.ts';
import type { EventLog } from '../log/event-log.ts';

/** The stream of a tenant's refusals; no incident id can be equal to it. */
const REFUSALS_STREAM = '@refusals';

/** Of one caller and of one tenant so many are put on record at once, and one more each time that this has passed. */
const OF_CALLER = { burst: 10, everyMs: 60_000 };
const OF_TENANT = { burst: 50, everyMs: 20_000 };
/** Callers and tenants whose allowance is whole again are forgotten once there are so many. */
const MANY = 1_000;

/** What was asked for, as a template without ids (`POST /v1/remediation/:remediationId/approve`), and why it was refused. */
export type Refusal = { what: string; reason: 'role' | 'tenant' | 'origin' | 'ticket' | 'subject' };

export type Refusals = {
  /** Puts it on the tenant's record, or counts it where there were too many. Never throws. */
  record(caller: Principal | Holder, refusal: Refusal): void;
};

type Allowance = { left: number; at: number };

const createAllowances = ({ burst, everyMs }: { burst: number; everyMs: number }, now: () => number) => {
  const known = new Map<string, Allowance>();
  const refill = (name: string): Allowance => {
    const at = now();
    const before = known.get(name) ?? { left: burst, at };
    return { left: Math.min(burst, before.left + Math.max(0, at - before.at) / everyMs), at };
  };
  return {
    has: (name: string): boolean => refill(name).left >= 1,
    take(name: string): void {
      const { left, at } = refill(name);
      if (known.size >= MANY) for (const other of known.keys()) if (refill(other).left === burst) known.delete(other);
      known.set(name, { left: left - 1, at });
    },
  };
};

/**
 * Refused access on the record of the tenant whose person, ticket or key it was. Bounded, so that a flood fills no log:
 * the next entry says how many were left out before it (`omitted`). What is asked for in another tenant is answered
 * like what does not exist, and is no refusal: an entry would tell that it exists.
 */
export const createRefusals = (log: EventLog, now: () => number, onFailure: (error: unknown) => void): Refusals => {
  const ofCaller = createAllowances(OF_CALLER, now);
  const ofTenant = createAllowances(OF_TENANT, now);
  const omitted = new Map<string, number>();

  return {
    record(caller, { what, reason }) {
      const { tenantId } = caller;
      const by = 'userId' in caller ? { userId: caller.userId, by: caller.email } : { agentKey: caller.keyId };
      const name = `${tenantId}/${'userId' in caller ? caller.userId : caller.keyId}`;
      if (!ofCaller.has(name) || !ofTenant.has(tenantId)) {
        omitted.set(tenantId, (omitted.get(tenantId) ?? 0) + 1);
        return;
      }
      ofCaller.take(name);
      ofTenant.take(tenantId);
      const before = omitted.get(tenantId);
      omitted.delete(tenantId);
      const params = {
        eventId: newId('evt'),
        timestamp: new Date(now()).toISOString(),
        what,
        reason,
        ...by,
        ...(before === undefined ? {} : { omitted: before }),
      };
      log
        .append({ tenantId, stream: REFUSALS_STREAM, events: [toNewEvent('access.refused', params)] })
        .catch(onFailure);
    },
  };
};

import type { DecisionRecord } from '../protocol/api-decision-room.ts';
import type { AuditEntry } from '../protocol/api-steering.ts';

export type Check = { name: string; ok: boolean; detail: string };

/** `sha256:` over the RFC 8785 form of the value. */
export type Digest = (value: unknown) => string | Promise<string>;

const without = <Key extends string>(value: Record<string, unknown>, key: Key): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

const verifyChain = async (entries: readonly AuditEntry[], digest: Digest): Promise<Check> => {
  const name = 'The stretch of the audit chain is unbroken';
  let previous: string | undefined;
  for (const entry of entries) {
    if (previous !== undefined && entry.previousHash !== previous) {
      return { name, ok: false, detail: `${entry.auditId} does not follow the entry before it` };
    }
    if ((await digest(without(entry, 'hash'))) !== entry.hash) {
      return { name, ok: false, detail: `${entry.auditId} was changed` };
    }
    previous = entry.hash;
  }
  return { name, ok: entries.length > 0, detail: `${entries.length} entries, the last is ${previous ?? 'missing'}` };
};

type Decision = DecisionRecord['decisions'][number];

/** What a decision that seals no view of the incident vouches for. */
const unsealed = (action: string): string => {
  switch (action) {
    case 'remediation.expired':
      return 'nobody decided: the time ran out';
    case 'remediation.executing':
      return 'carries out the plan as approved; what was seen is sealed in the approval';
    default:
      return 'sealed are who and when; what was on record then is not';
  }
};

const verifyDecision = async (decision: Decision, record: DecisionRecord, digest: Digest): Promise<Check> => {
  const name = `${decision.action} by ${decision.by ?? 'nobody'} at ${decision.at}`;
  const entry = record.audit.find(({ auditId }) => auditId === decision.auditId);
  const no = (detail: string): Check => ({ name, ok: false, detail });
  if (entry === undefined) return no('the audit chain has no entry of it');
  if (entry.action !== decision.action || entry.timestamp !== decision.at)
    return no('the audit chain tells another decision');
  const names: readonly (string | null)[] = [entry.actorId, entry.actorEmail];
  if (decision.by !== null && !names.includes(decision.by)) return no('the audit chain names somebody else');
  const { planDigest, seenDigest } = entry.metadata;
  if ((planDigest ?? null) !== decision.planDigest || (seenDigest ?? null) !== decision.seenDigest) {
    return no('the digests are not those in the audit chain');
  }
  if (decision.seen === null) {
    return decision.seenDigest === null
      ? { name, ok: true, detail: unsealed(decision.action) }
      : no('what was seen was removed');
  }
  if ((await digest(decision.seen)) !== decision.seenDigest) return no('what was seen was changed');
  const { title, description, steps } = decision.seen.plan;
  return (await digest({ title, description, steps })) === decision.planDigest
    ? { name, ok: true, detail: `the plan ${decision.planDigest} as it was shown` }
    : no('the plan that was seen is not the one that was decided on');
};

/**
 * Verifies a decision record by itself, offline: that it is as it was exported, that the hash chain in it is unbroken, and
 * that each decision is in the chain with the digests of the plan and of what was on record. What it cannot tell is
 * whether the whole chain was made up: for that, compare its last hash with the server's (`POST /v1/audit/verify`).
 */
export const verifyDecisionRecord = async (record: DecisionRecord, digest: Digest): Promise<readonly Check[]> => {
  const whole = await digest(without(record, 'digest'));
  return [
    {
      name: 'The file is as it was exported',
      ok: whole === record.digest,
      detail: whole === record.digest ? record.digest : 'the digest does not fit: the file was changed or cut',
    },
    await verifyChain(record.audit, digest),
    ...(await Promise.all(record.decisions.map((decision) => verifyDecision(decision, record, digest)))),
  ];
};

import { canonicalize } from 'json-canonicalize';
import { type Check, verifyDecisionRecord } from '../../incident/verify-decision-record.ts';
import { DecisionRecord } from '../../protocol/api-decision-room.ts';
import { sha256 } from '../lib/sha256.ts';

/** `checks` is null where this browser cannot make digests. */
export type ReadDecisionRecord = { record: DecisionRecord; checks: readonly Check[] | null };

const NO_DIGESTS = 'no digests here';

const digest = async (value: unknown): Promise<string> => {
  const made = await sha256(canonicalize(value));
  if (made === null) throw new Error(NO_DIGESTS);
  return made;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads and verifies a decision record; undefined where the text is none. */
export const readDecisionRecord = async (text: string): Promise<ReadDecisionRecord | undefined> => {
  const record = DecisionRecord.safeParse(parse(text)).data;
  if (record === undefined) return undefined;
  const checks = await verifyDecisionRecord(record, digest).catch((error: unknown) => {
    if (error instanceof Error && error.message === NO_DIGESTS) return null;
    throw error;
  });
  return { record, checks };
};

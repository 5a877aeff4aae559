import { readApplied, writeApplied } from './schema.ts';
import type { Database } from './sqlite.ts';
import type { AppendReply, AppendRequest, ApplyRequest, WriteReply } from './wire.ts';

/**
 * Applies messages of a replicated log within the transaction that its caller has begun. Every copy of the log applies
 * the same messages in the same order, so that all come to the same seqs and refusals. Throws where a message was left
 * out before this one, and has written nothing then.
 */
export const createApply = (
  db: Database,
  append: (request: AppendRequest, position: number) => AppendReply,
): ((request: ApplyRequest) => WriteReply) => {
  return ([, seq, mark, previousSeq, position, appends]) => {
    const before = readApplied(db).seq;
    if (before !== previousSeq) throw new Error(`message ${seq} does not follow ${before}`);
    let next = position;
    const replies = appends.map((request) => {
      const reply = append(request, next);
      next += request[3].length;
      return reply;
    });
    writeApplied(db, { seq, mark });
    return ['applied', replies];
  };
};

import type { PublicationParams } from '../../protocol/up.ts';

export type Conclusion = PublicationParams<'investigation.completed'>;
export type Proposal = PublicationParams<'remediation.proposed'>;

import type { Feedback as Given } from '../../incident/state.ts';
import { useSession } from '../api/session.ts';
import { PlainText } from '../lib/plain-text-block.tsx';
import { useReadOnly } from '../lib/read-only.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';
import { FeedbackForm } from './feedback-form.tsx';
import { feedbackWanted } from './steering-rules.ts';

const COMMENT_CHARS = 600;

type FeedbackProps = { incidentId: string; className?: string | undefined };

const GivenItem = ({ given }: { given: Given }) => (
  <li className="text-sm">
    <p className="wrap-anywhere text-ink">
      <span className="tabular font-medium">{given.rating} of 5</span>
      <span className="text-muted">
        {given.remediationId === null ? ' for the investigation' : ' for the fix'} by {given.by}{' '}
      </span>
      <Time at={given.at} className="text-faint text-xs" />
    </p>
    {given.comment !== null && given.comment !== '' && (
      <p className="text-muted text-xs">
        “<PlainText text={given.comment} most={COMMENT_CHARS} />”
      </p>
    )}
  </li>
);

/** After the end, the question to those who have not answered it yet. */
export const AskFeedback = ({ incidentId, className }: FeedbackProps) => {
  const person = useSession()?.user;
  const phase = useInvestigationPart(incidentId, (investigation) => investigation.phase);
  const agents = useInvestigationPart(incidentId, (investigation) => investigation.agents);
  const remediations = useInvestigationPart(incidentId, (investigation) => investigation.remediations);
  const feedback = useInvestigationPart(incidentId, (investigation) => investigation.feedback);
  const readOnly = useReadOnly();
  const wanted = feedbackWanted({ phase, agents, remediations, feedback }, person);
  if (readOnly !== undefined) return null;
  if (!wanted.investigation && wanted.plan === undefined) return null;
  return (
    <Panel title="Feedback" className={className}>
      {/* Another fix is another question; what was given meanwhile is only asked for no more. */}
      <FeedbackForm key={wanted.plan?.remediationId ?? ''} incidentId={incidentId} wanted={wanted} />
    </Panel>
  );
};

/** What people thought of it. */
export const GivenFeedback = ({ incidentId, className }: FeedbackProps) => {
  const feedback = useInvestigationPart(incidentId, (investigation) => investigation.feedback);
  if (feedback.length === 0) return null;
  return (
    <Panel title="Feedback given" className={className}>
      <ul aria-label="Feedback given" className="flex flex-col gap-1.5">
        {feedback.map((given) => (
          <GivenItem key={`${given.by} ${given.remediationId ?? ''} ${given.at}`} given={given} />
        ))}
      </ul>
    </Panel>
  );
};

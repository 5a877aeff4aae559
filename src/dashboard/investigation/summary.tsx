import { useFeed } from '../store/use-investigation.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { summarize } from './summarize.ts';

const Answer = ({ question, text }: { question: string; text: string | null }) => (
  <div className="min-w-0 px-4 py-2">
    <dt className="text-faint text-xs">{question}</dt>
    {text === null ? (
      <dd className="flex h-5 items-center">
        <Skeleton className="h-3.5 w-4/5" />
      </dd>
    ) : (
      <dd className="wrap-anywhere line-clamp-3 text-ink text-sm md:line-clamp-2" title={text}>
        {text}
      </dd>
    )}
  </div>
);

/** Three questions, answered in place as the answers change. */
export const Summary = ({ incidentId, description }: { incidentId: string; description: string }) => {
  const { status, chronicle } = useFeed(incidentId);
  const unknown = status === 'loading' && chronicle.end === 0;
  const { goingOn, cause, next } = unknown
    ? { goingOn: null, cause: null, next: null }
    : summarize(chronicle.investigation, description);
  return (
    <dl className="grid shrink-0 divide-line border-line border-b bg-surface max-md:divide-y md:grid-cols-3 md:divide-x">
      <Answer question="What is going on" text={goingOn} />
      <Answer question="What caused it" text={cause} />
      <Answer question="What can I do" text={next} />
    </dl>
  );
};

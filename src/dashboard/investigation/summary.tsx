import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import { memo, useReducer } from 'react';
import { useFeed } from '../store/use-investigation.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { summarize } from './summarize.ts';

type AnswerProps = { question: string; text: string | null; open: boolean };

const Answer = memo(({ question, text, open }: AnswerProps) => (
  <div className="min-w-0 max-md:grid max-md:grid-cols-[5.75rem_minmax(0,1fr)] max-md:items-baseline max-md:gap-x-2 max-md:py-0.5 md:px-4 md:py-2">
    <dt className="text-faint text-xs max-md:text-2xs">{question}</dt>
    {text === null ? (
      <dd className="flex h-5 items-center">
        <Skeleton className="h-3.5 w-4/5" />
      </dd>
    ) : (
      <dd
        className={clsx('wrap-anywhere text-ink text-sm md:line-clamp-3 xl:line-clamp-2', !open && 'max-md:truncate')}
        title={text}
      >
        {text}
      </dd>
    )}
  </div>
));

const Unfold = memo(({ open, onToggle }: { open: boolean; onToggle: () => void }) => (
  <IconButton
    label={open ? 'Show a line of each' : 'Show the whole summary'}
    icon={<ChevronDown className={clsx('transition-transform', open && 'rotate-180')} />}
    aria-expanded={open}
    onClick={onToggle}
    className="absolute top-1 right-2 md:hidden"
  />
));

/** Three questions, answered in place as the answers change; on a phone a line each, until more is asked for. */
export const Summary = ({ incidentId, description }: { incidentId: string; description: string }) => {
  const { status, chronicle } = useFeed(incidentId);
  const [open, toggle] = useReducer((before: boolean) => !before, false);
  const unknown = status === 'loading' && chronicle.end === 0;
  const { goingOn, cause, next } = unknown
    ? { goingOn: null, cause: null, next: null }
    : summarize(chronicle.investigation, description);
  return (
    <div className="relative shrink-0 border-line border-b bg-surface max-md:py-1 max-md:pr-12 max-md:pl-4">
      <dl className="grid divide-line md:grid-cols-[minmax(0,5fr)_minmax(0,7fr)_minmax(0,5fr)] md:divide-x">
        <Answer question="What is going on" text={goingOn} open={open} />
        <Answer question="What caused it" text={cause} open={open} />
        <Answer question="What can I do" text={next} open={open} />
      </dl>
      <Unfold open={open} onToggle={toggle} />
    </div>
  );
};

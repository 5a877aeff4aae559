import { clsx } from 'clsx';
import { boundText } from '../lib/plain-text.ts';
import { Excerpt } from './excerpt.tsx';
import { Marked } from './marked.tsx';
import { readPlan } from './read-plan.ts';

const PLAN_CHARS = 8_000;

export const QueryView = ({ statement, plan }: { statement: string; plan: string | undefined }) => (
  <div className="flex min-w-0 flex-col gap-1.5">
    <Excerpt label="Statement" text={statement} />
    {plan !== undefined && plan !== '' && (
      <div>
        <p className="mb-1 text-2xs text-faint">Query plan</p>
        <ol className="overflow-hidden rounded-md border border-line bg-sunken py-1 font-mono text-2xs leading-4.5">
          {readPlan(boundText(plan, PLAN_CHARS).text).map((line, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: lines never move, and nothing else names one
              key={index}
              className={clsx('flex items-baseline gap-2 px-2.5', line.scan ? 'bg-warn-soft text-warn' : 'text-muted')}
            >
              <span className="wrap-anywhere min-w-0 flex-1 whitespace-pre-wrap">
                <Marked text={line.text} />
              </span>
              {line.scan && <span className="shrink-0 font-sans">full scan</span>}
            </li>
          ))}
        </ol>
      </div>
    )}
  </div>
);

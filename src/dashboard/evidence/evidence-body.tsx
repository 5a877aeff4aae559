import { TriangleAlert } from 'lucide-react';
import type { EvidenceItem } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { unreachable } from '../lib/unreachable.ts';
import { DiffView } from './diff-view.tsx';
import { Excerpt } from './excerpt.tsx';
import { LogLines } from './log-lines.tsx';
import { MetricChart } from './metric-chart.tsx';
import { QueryView } from './query-view.tsx';
import { missingQuotes, QuotesContext } from './quotes.ts';
import { textsOf } from './texts-of.ts';
import { TraceView } from './trace-view.tsx';

/** A quote that is not in the evidence says more about the claim than about the evidence. */
const Missing = ({ quotes }: { quotes: readonly string[] }) =>
  quotes.map((quote) => (
    <p key={quote} className="flex items-start gap-1.5 text-warn text-xs">
      <TriangleAlert className="mt-0.5 size-3!" />
      <span className="wrap-anywhere min-w-0">Quoted by a claim, but not found here: “{toOneLine(quote, 200)}”</span>
    </p>
  ));

const NO_QUOTES: readonly string[] = [];

/** A piece of evidence as what it is, with the words marked on which claims rest. */
export const EvidenceBody = ({ item, quotes = NO_QUOTES }: { item: EvidenceItem; quotes?: readonly string[] }) => (
  <QuotesContext value={quotes}>
    <div className="flex min-w-0 flex-col gap-1.5">
      <Drawn item={item} />
      <Missing quotes={missingQuotes(textsOf(item), quotes)} />
    </div>
  </QuotesContext>
);

const Drawn = ({ item }: { item: EvidenceItem }) => {
  const { data, rawSnippet } = item;
  if (data === undefined)
    return rawSnippet === undefined || rawSnippet === '' ? (
      <p className="text-faint text-xs">The agent sent no more than this summary.</p>
    ) : (
      <Excerpt label="Excerpt" text={rawSnippet} />
    );
  switch (data.kind) {
    case 'log':
      return <LogLines lines={data.lines} />;
    case 'metric':
      return <MetricChart metric={data} />;
    case 'diff':
      return <DiffView path={data.path} unified={data.unified} />;
    case 'trace':
      return <TraceView spans={data.spans} />;
    case 'query':
      return <QueryView statement={data.statement} plan={data.plan} />;
    default:
      return unreachable(data);
  }
};

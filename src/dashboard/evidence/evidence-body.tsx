import type { EvidenceItem } from '../../incident/state.ts';
import { PlainCode } from '../lib/plain-text-block.tsx';
import { unreachable } from '../lib/unreachable.ts';
import { DiffView } from './diff-view.tsx';
import { LogLines } from './log-lines.tsx';
import { MetricChart } from './metric-chart.tsx';
import { QueryView } from './query-view.tsx';
import { TraceView } from './trace-view.tsx';

/** A piece of evidence as what it is. */
export const EvidenceBody = ({ item }: { item: EvidenceItem }) => {
  const { data, rawSnippet } = item;
  if (data === undefined)
    return rawSnippet === undefined || rawSnippet === '' ? (
      <p className="text-faint text-xs">The agent sent no more than this summary.</p>
    ) : (
      <PlainCode label="Excerpt" text={rawSnippet} />
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

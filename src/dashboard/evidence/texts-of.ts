import type { EvidenceItem } from '../../incident/state.ts';

/** Everything in a piece of evidence that can be quoted. */
export const textsOf = ({ data, rawSnippet, summary }: EvidenceItem): string[] => {
  const own = [summary, ...(rawSnippet === undefined ? [] : [rawSnippet])];
  switch (data?.kind) {
    case 'log':
      return [...own, ...data.lines.map(({ text }) => text)];
    case 'diff':
      return [...own, data.path, data.unified];
    case 'query':
      return [...own, data.statement, data.plan ?? ''];
    case 'trace':
      return [...own, ...data.spans.map(({ name }) => name)];
    default:
      return own;
  }
};

type Point = { at: number; confidence: number };

const round = (value: number): number => Number(value.toFixed(1));

/** Confidence over time as steps: it holds until the next update. */
export const sparklinePath = (history: readonly Point[], until: number, width: number, height: number): string => {
  const [first] = history;
  if (first === undefined) return '';
  const span = Math.max(1, until - first.at);
  const y = ({ confidence }: Point): number => round(height - Math.min(1, Math.max(0, confidence)) * height);
  const steps = history.slice(1).map((point) => `H${round(((point.at - first.at) / span) * width)}V${y(point)}`);
  return `M0 ${y(first)}${steps.join('')}H${width}`;
};

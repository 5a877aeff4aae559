const HIGH_FROM = 0.8;
/** Below it a cause is the strongest lead, and no conclusion. */
const CONCLUSIVE_FROM = 0.5;

export const isConclusive = (confidence: number): boolean => confidence >= CONCLUSIVE_FROM;

export const confidenceInWords = (confidence: number): string => {
  if (confidence >= HIGH_FROM) return 'High confidence';
  return isConclusive(confidence) ? 'Medium confidence' : 'Low confidence';
};

/** `0.94` */
export const confidenceFigure = (confidence: number): string => Math.min(1, Math.max(0, confidence)).toFixed(2);

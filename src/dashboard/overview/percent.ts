/** A share between 0 and 1 as `67 %`: all and none only where it is so. */
export const percent = (share: number): string => {
  const bounded = Math.min(1, Math.max(0, share));
  const rounded = Math.round(bounded * 100);
  if (rounded === 100 && bounded < 1) return '99 %';
  if (rounded === 0 && bounded > 0) return '1 %';
  return `${rounded} %`;
};

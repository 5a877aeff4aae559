import type { Risk } from '../../protocol/values.ts';
import type { Tone } from '../ui/badge.tsx';
import { capitalized } from './capitalized.ts';

export const riskLooks: Record<Risk, { label: string; tone: Tone }> = {
  low: { label: 'Low risk', tone: 'good' },
  medium: { label: 'Medium risk', tone: 'warn' },
  high: { label: 'High risk', tone: 'bad' },
};

/** `sql_migration` → `SQL migration`; a type that nobody knows is shown by its own name. */
export const stepTypeName = (type: string): string => {
  const words = type.replaceAll('_', ' ').trim();
  const spelled = words.replace(/\b(sql|api|dns|cpu)\b/gi, (word) => word.toUpperCase());
  return capitalized(spelled);
};

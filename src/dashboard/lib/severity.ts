import { ChevronDown, ChevronsUp, ChevronUp, Equal, Info, type LucideIcon } from 'lucide-react';
import type { Severity } from '../../protocol/values.ts';

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

type SeverityLook = { label: string; text: string; soft: string; icon: LucideIcon };

/** Shape, word and colour; the colours are for severity only. */
export const severityLook: Record<Severity, SeverityLook> = {
  critical: { label: 'Critical', text: 'text-critical', soft: 'bg-critical-soft', icon: ChevronsUp },
  high: { label: 'High', text: 'text-high', soft: 'bg-high-soft', icon: ChevronUp },
  medium: { label: 'Medium', text: 'text-medium', soft: 'bg-medium-soft', icon: Equal },
  low: { label: 'Low', text: 'text-low', soft: 'bg-low-soft', icon: ChevronDown },
  info: { label: 'Info', text: 'text-info', soft: 'bg-sunken', icon: Info },
};

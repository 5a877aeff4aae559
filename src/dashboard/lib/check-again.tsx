import { RotateCw } from 'lucide-react';
import type { EvidenceItem } from '../../incident/state.ts';
import { useCheckEvidence } from '../api/instructions.ts';
import { useWhyNot } from '../store/use-capability.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { toast } from '../ui/toast.ts';
import { useIsAsked } from './use-is-asked.ts';
import { useShortcut } from './use-shortcut.ts';

type CheckAgainProps = {
  incidentId: string;
  item: EvidenceItem;
  /** The key that does the same. */
  shortcut?: string | undefined;
};

/** Has a piece of evidence collected again: what it says may be old. */
export const CheckAgain = ({ incidentId, item, shortcut }: CheckAgainProps) => {
  const check = useCheckEvidence(incidentId);
  const whyNot = useWhyNot('instruct');
  const waiting = useIsAsked(item.checkAskedAt);
  const ask = (): void => {
    if (check.isPending || waiting || whyNot !== undefined) return;
    check.mutate(item.evidenceId, {
      onError: (error) => toast(`${item.label} is not checked again`, { description: error.message, tone: 'bad' }),
    });
  };
  useShortcut(shortcut ?? '', ask, { enabled: shortcut !== undefined && whyNot === undefined, acts: true });
  return (
    <IconButton
      label={waiting ? `${item.label} is being checked again` : `Check ${item.label} again`}
      icon={<RotateCw />}
      busy={check.isPending || waiting}
      disabledReason={whyNot}
      onClick={ask}
    />
  );
};

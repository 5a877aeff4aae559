import type { PendingApproval } from '../../protocol/api.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { ApprovalCard } from './approval-card.tsx';

const step = (by: 1 | -1): void => {
  const links = [...document.querySelectorAll<HTMLElement>('[data-approval]')];
  const from = links.findIndex((link) => link.matches(':focus'));
  const to = from === -1 ? 0 : Math.min(links.length - 1, Math.max(0, from + by));
  links[to]?.focus();
};

type ApprovalListProps = {
  approvals: readonly PendingApproval[];
  whyNot: string | undefined;
  onDecide: (approval: PendingApproval, what: 'approve' | 'reject') => void;
};

/** The one that has the focus, or the first. */
const chosen = (approvals: readonly PendingApproval[]): PendingApproval | undefined => {
  const id = document.activeElement?.closest('li')?.querySelector<HTMLElement>('[data-approval]')?.dataset.approval;
  return approvals.find(({ approvalId }) => approvalId === id) ?? approvals[0];
};

/** Oldest deadline first; j and k go from one to the next, Enter reviews, a and x open the dialogs of a decision. */
export const ApprovalList = ({ approvals, whyNot, onDecide }: ApprovalListProps) => {
  const decide = (what: 'approve' | 'reject') => (): void => {
    const approval = chosen(approvals);
    if (approval !== undefined) onDecide(approval, what);
  };
  useShortcut('a', decide('approve'), { enabled: whyNot === undefined });
  useShortcut('x', decide('reject'), { enabled: whyNot === undefined });
  useShortcut('j', () => step(1));
  useShortcut('k', () => step(-1));
  return (
    <ul aria-label="Waiting for approval" className="flex flex-col gap-4">
      {approvals.map((approval) => (
        <li key={approval.approvalId}>
          <ApprovalCard approval={approval} whyNot={whyNot} onDecide={onDecide} />
        </li>
      ))}
    </ul>
  );
};

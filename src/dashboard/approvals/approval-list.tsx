import type { PendingApproval } from '../../protocol/api.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { ApprovalCard } from './approval-card.tsx';

const step = (by: 1 | -1): void => {
  const links = [...document.querySelectorAll<HTMLElement>('[data-approval]')];
  const from = links.findIndex((link) => link.matches(':focus'));
  const to = from === -1 ? 0 : Math.min(links.length - 1, Math.max(0, from + by));
  links[to]?.focus();
};

/** Oldest deadline first; j and k go from one to the next, Enter reviews. */
export const ApprovalList = ({ approvals }: { approvals: readonly PendingApproval[] }) => {
  useShortcut('j', () => step(1));
  useShortcut('k', () => step(-1));
  return (
    <ul aria-label="Waiting for approval" className="flex flex-col gap-4">
      {approvals.map((approval) => (
        <li key={approval.approvalId}>
          <ApprovalCard approval={approval} />
        </li>
      ))}
    </ul>
  );
};

import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { usePendingApprovals } from '../api/approvals.ts';
import { notifyWhileHidden } from '../lib/notifications.ts';
import { useSettings } from '../lib/settings.ts';
import { toast } from '../ui/toast.ts';

/** Says on every page when a fix begins to wait for a decision; silent about what already waited. */
export const useApprovalToasts = (): void => {
  const navigate = useNavigate();
  const items = usePendingApprovals(false).data?.items;
  const seen = useRef<Set<string>>(undefined);
  useEffect(() => {
    if (items === undefined) return;
    const known = seen.current;
    seen.current = new Set([...(known ?? []), ...items.map((item) => item.approvalId)]);
    if (known === undefined) return;
    for (const { approvalId, incidentId, incidentTitle, remediationTitle } of items) {
      if (known.has(approvalId)) continue;
      const open = (): void =>
        void navigate({ to: '/incidents/$incidentId', params: { incidentId }, hash: 'remediation' });
      const description = `Waits for approval, for ${incidentTitle}`;
      if (useSettings.getState().notify)
        notifyWhileHidden({ title: remediationTitle, body: description, tag: approvalId, onOpen: open });
      if (location.pathname.endsWith(`/${encodeURIComponent(incidentId)}`)) continue;
      toast(remediationTitle, { tone: 'warn', description, action: { label: 'Review', onPress: open } });
    }
  }, [items, navigate]);
};

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { incidentTableOf } from '../api/use-incident-table.ts';
import { isActive } from '../lib/incident-status.ts';
import { orderWith } from '../lib/list-order.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { useIsSettled } from '../relay/use-is-settled.ts';

/** `[` and `]` lead to the incident before and after this one: in the list that one came from, or active ones first. */
export const useNeighbours = (incidentId: string): void => {
  const table = incidentTableOf(useQueryClient());
  const isSettled = useIsSettled();
  // Asked when it is pressed: the page of one incident is not drawn anew because another one changed.
  useEffect(() => {
    if (isSettled) table.want('recent');
  }, [table, isSettled]);
  const navigate = useNavigate();
  const go = (by: 1 | -1): void => {
    const { list } = table.getState();
    const activeFirst = [true, false].flatMap((active) =>
      list.filter(({ incident }) => isActive(incident.status) === active),
    );
    const ids = orderWith(
      incidentId,
      activeFirst.map(({ incident }) => incident.incidentId),
    );
    const here = ids.indexOf(incidentId);
    const next = here === -1 ? undefined : ids[here + by];
    if (next !== undefined) void navigate({ to: '/incidents/$incidentId', params: { incidentId: next } });
  };
  useShortcut('[', () => go(-1));
  useShortcut(']', () => go(1));
};

import { useMemo, useState } from 'react';
import type { IncidentEvent } from '../../incident/event.ts';
import { createRowFilter, type RowFilter, type RowView } from './filter-rows.ts';
import { createRowBuilder } from './row-builder.ts';
import type { RowList } from './rows.ts';

/** Rows and their filtered view, kept up as events come. */
export const useRows = (
  events: readonly IncidentEvent[],
  { show, agent, text }: RowFilter,
): { list: RowList; view: RowView } => {
  const [build] = useState(createRowBuilder);
  const filter = useMemo(() => createRowFilter({ show, agent, text }), [show, agent, text]);
  const list = build(events);
  const view = useMemo(() => filter(list), [filter, list]);
  return { list, view };
};

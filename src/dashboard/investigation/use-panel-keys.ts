import { useShortcut } from '../lib/use-shortcut.ts';

/** By their ids, in the order of their keys: 1 is the first. */
export const panels = [
  { id: 'timeline', label: 'Timeline' },
  { id: 'agents', label: 'Agents' },
  { id: 'root-cause', label: 'Root cause' },
  { id: 'hypotheses', label: 'Hypotheses' },
  { id: 'evidence', label: 'Evidence' },
  { id: 'remediation', label: 'Remediation' },
] as const;

/** Brings a panel into view and gives it the focus. */
export const goToPanel = (id: string): void => {
  const panel = document.getElementById(id);
  if (panel === null) return;
  panel.tabIndex = -1;
  panel.scrollIntoView({ block: 'start' });
  panel.focus({ preventScroll: true });
};

export const usePanelKeys = (): void =>
  useShortcut(
    panels.map((_, index) => String(index + 1)),
    ({ key }) => goToPanel(panels[Number(key) - 1]?.id ?? ''),
  );

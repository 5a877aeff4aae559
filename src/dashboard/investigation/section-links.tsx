import { goToPanel, panels } from './use-panel-keys.ts';

/** On a narrow screen the panels stand below each other; this leads to them. */
export const SectionLinks = () => (
  <nav
    aria-label="Sections"
    className="sticky top-0 z-10 flex shrink-0 gap-x-1 overflow-x-auto border-line border-b bg-surface px-2 max-[24rem]:gap-x-0 max-[24rem]:px-1 [scrollbar-width:none] md:hidden"
  >
    {panels
      .filter(({ id }) => id !== 'remediation')
      .map(({ id, label }) => (
        <button
          key={id}
          type="button"
          onClick={() => goToPanel(id)}
          className="h-11 shrink-0 whitespace-nowrap rounded-sm px-2 text-muted text-xs max-[24rem]:px-1.5 max-[24rem]:text-2xs -outline-offset-2 hover:text-ink"
        >
          {label}
        </button>
      ))}
  </nav>
);

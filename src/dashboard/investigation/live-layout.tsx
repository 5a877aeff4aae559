import type { ReactNode } from 'react';
import { SectionLinks } from './section-links.tsx';

type LiveLayoutProps = {
  header: ReactNode;
  agents: ReactNode;
  timeline: ReactNode;
  /** What was found: below each other, scrolling together. */
  findings: ReactNode;
  plan: ReactNode;
  footer: ReactNode;
};

/** From here on agents have a column of their own; as in the classes below. */
export const THREE_COLUMNS = '(min-width: 75rem)';

const columns =
  'flex flex-col md:grid md:min-h-0 md:flex-1 md:grid-cols-[minmax(0,1fr)_minmax(0,22rem)] md:grid-rows-[auto_minmax(0,1fr)_auto] min-[75rem]:grid-cols-[15.5rem_minmax(0,1fr)_minmax(0,26.5rem)] min-[75rem]:grid-rows-[minmax(0,1fr)_auto]';

/**
 * Three columns, two, or one. Columns are positioned, so that what is hidden in them is clipped with them. In one column
 * the page scrolls and the plan sticks to its lower edge, in reach of a thumb; the timeline is as high as leaves its newest
 * event above that without scrolling. With more, each column scrolls by itself and the plan stays below the findings.
 */
export const LiveLayout = ({ header, agents, timeline, findings, plan, footer }: LiveLayoutProps) => (
  <div className="flex min-h-0 flex-1 flex-col">
    <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto md:overflow-clip">
      {header}
      <SectionLinks />
      <div className={columns}>
        <div className="relative border-line bg-surface max-md:order-3 max-md:border-t md:col-start-2 md:row-start-1 md:max-h-[clamp(7rem,26dvh,17rem)] md:overflow-y-auto md:border-b md:border-l min-[75rem]:col-start-1 min-[75rem]:row-span-2 min-[75rem]:max-h-none min-[75rem]:border-r min-[75rem]:border-b-0 min-[75rem]:border-l-0">
          {agents}
        </div>
        <div className="relative flex min-h-0 min-w-0 flex-col bg-canvas max-md:order-1 max-md:h-[max(18rem,calc(100dvh-30rem))] max-md:shrink-0 md:col-start-1 md:row-span-3 md:row-start-1 min-[75rem]:col-start-2 min-[75rem]:row-span-2">
          {timeline}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a column of regions, and no form's fieldset */}
        <div
          role="group"
          aria-label="Findings"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and may hold nothing else that takes the focus
          tabIndex={0}
          className="relative min-w-0 divide-y divide-line border-line bg-surface max-md:order-2 max-md:border-t md:col-start-2 md:row-start-2 md:overflow-y-auto md:border-l min-[75rem]:col-start-3 min-[75rem]:row-start-1"
        >
          {findings}
        </div>
        <div className="flex min-w-0 flex-col border-line-strong border-t bg-surface max-md:sticky max-md:bottom-0 max-md:z-10 max-md:order-4 max-md:max-h-[68dvh] md:relative md:col-start-2 md:row-start-3 md:max-h-[32dvh] md:border-l min-[75rem]:col-start-3 min-[75rem]:row-start-2 min-[75rem]:max-h-[44dvh]">
          {plan}
        </div>
      </div>
    </div>
    {footer}
  </div>
);

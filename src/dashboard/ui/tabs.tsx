import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

type TabsProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  tabs: readonly { value: Value; label: string; icon?: ReactNode; count?: number | undefined }[];
  children: ReactNode;
  className?: string | undefined;
};

/** The tabs, and their panels (`TabPanel`) as children. */
export const Tabs = <Value extends string>({
  label,
  value,
  onValueChange,
  tabs,
  children,
  className,
}: TabsProps<Value>) => (
  <Base.Root value={value} onValueChange={(next: Value) => onValueChange(next)} className={className}>
    <Base.List aria-label={label} className="flex gap-1 overflow-x-auto border-line border-b px-2">
      {tabs.map((tab) => (
        <Base.Tab
          key={tab.value}
          value={tab.value}
          className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-transparent border-b-2 px-2 font-medium text-muted text-sm -outline-offset-2 hover:text-ink data-active:border-accent data-active:text-ink pointer-coarse:h-11"
        >
          {tab.icon}
          {tab.label}
          {tab.count !== undefined && (
            <span className="tabular text-faint text-xs">{tab.count.toLocaleString('en')}</span>
          )}
        </Base.Tab>
      ))}
    </Base.List>
    {children}
  </Base.Root>
);

export const TabPanel = ({
  value,
  children,
  className,
}: {
  value: string;
  children: ReactNode;
  className?: string;
}) => (
  <Base.Panel value={value} className={className}>
    {children}
  </Base.Panel>
);

import { useState } from 'react';
import { changeSettings, useSettings } from '../lib/settings.ts';
import { Page } from '../ui/page.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Toaster } from '../ui/toaster.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { Controls } from './controls.tsx';
import { Patterns } from './patterns.tsx';
import { Statuses } from './statuses.tsx';
import { Tokens } from './tokens.tsx';

const directions = [
  { value: 'ltr', label: 'Left to right' },
  { value: 'rtl', label: 'Right to left' },
] as const;

/** Every token, primitive and pattern in every state: to look at, and for the tests to walk through. */
export const DesignPage = () => {
  const { theme, density } = useSettings();
  const [direction, setDirection] = useState<'ltr' | 'rtl'>('ltr');
  return (
    <TooltipProvider>
      <main dir={direction} className="flex h-dvh flex-col bg-canvas">
        <header className="flex flex-wrap items-center gap-3 border-line border-b bg-surface px-4 py-2">
          <h1 className="mr-auto font-semibold text-ink text-sm">Design system</h1>
          <Segmented
            label="Theme"
            value={theme}
            onValueChange={(next) => changeSettings({ theme: next })}
            options={[
              { value: 'system', label: 'System' },
              { value: 'dark', label: 'Dark' },
              { value: 'light', label: 'Light' },
            ]}
          />
          <Segmented
            label="Density"
            value={density}
            onValueChange={(next) => changeSettings({ density: next })}
            options={[
              { value: 'comfortable', label: 'Comfortable' },
              { value: 'compact', label: 'Compact' },
            ]}
          />
          <Segmented label="Direction" value={direction} onValueChange={setDirection} options={directions} />
        </header>
        <Page>
          <Tokens />
          <Controls />
          <Statuses />
          <Patterns />
        </Page>
      </main>
      <Toaster />
    </TooltipProvider>
  );
};

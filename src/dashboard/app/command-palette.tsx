import { lazy, Suspense, useEffect } from 'react';
import { usePaletteKey } from './use-palette-key.ts';

const load = () => import('./open-palette.tsx').then((module) => ({ default: module.OpenPalette }));
const OpenPalette = lazy(load);

type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void };

export const CommandPalette = ({ open, onOpenChange, onHelp }: CommandPaletteProps) => {
  usePaletteKey(() => onOpenChange(!open));
  // Fetched before it is wanted: keys that are typed right after ⌘K must find it there.
  useEffect(() => void load().catch(() => undefined), []);
  return <Suspense>{open && <OpenPalette onOpenChange={onOpenChange} onHelp={onHelp} />}</Suspense>;
};

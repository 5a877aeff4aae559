import { lazy, Suspense } from 'react';
import { usePaletteKey } from './use-palette-key.ts';

const OpenPalette = lazy(() => import('./open-palette.tsx').then((module) => ({ default: module.OpenPalette })));

type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void };

export const CommandPalette = ({ open, onOpenChange, onHelp }: CommandPaletteProps) => {
  usePaletteKey(() => onOpenChange(!open));
  return <Suspense>{open && <OpenPalette onOpenChange={onOpenChange} onHelp={onHelp} />}</Suspense>;
};

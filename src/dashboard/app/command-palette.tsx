import { onDemand } from '../ui/on-demand.tsx';
import { usePaletteKey } from './use-palette-key.ts';

const OpenPalette = onDemand(() => import('./open-palette.tsx').then((module) => module.OpenPalette));

type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void };

export const CommandPalette = ({ open, onOpenChange, onHelp }: CommandPaletteProps) => {
  usePaletteKey(() => onOpenChange(!open));
  return open && <OpenPalette onOpenChange={onOpenChange} onHelp={onHelp} />;
};

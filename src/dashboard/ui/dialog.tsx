import { onDemand } from './on-demand.tsx';

export const Dialog = onDemand(() => import('./dialog-popup.tsx').then((module) => module.DialogPopup));

import { onDemand } from '../ui/on-demand.tsx';

export const ApproveDialog = onDemand(() => import('./approve-dialog.tsx').then((module) => module.ApproveDialog));
export const RejectDialog = onDemand(() => import('./reject-dialog.tsx').then((module) => module.RejectDialog));

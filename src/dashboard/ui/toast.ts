import { Toast } from '@base-ui/react/toast';
import type { Tone } from './badge.tsx';

export type ToastData = { tone: Tone };

export const toastManager = Toast.createToastManager<ToastData>();

type ToastOptions = {
  description?: string | undefined;
  tone?: Tone | undefined;
  action?: { label: string; onPress: () => void } | undefined;
};

/** Says in passing what happened. What must not be missed belongs on the page. */
export const toast = (title: string, { description, tone = 'neutral', action }: ToastOptions = {}): void => {
  toastManager.add({
    title,
    data: { tone },
    ...(description !== undefined && { description }),
    ...(action !== undefined && { actionProps: { children: action.label, onClick: action.onPress } }),
  });
};

import { create } from 'zustand';
import type { Tone } from './badge.tsx';

type ToastOptions = {
  description?: string | undefined;
  tone?: Tone | undefined;
  action?: { label: string; onPress: () => void } | undefined;
};
export type Said = ToastOptions & { title: string };

/** What was said, until the place where toasts appear takes it. */
export const useSaid = create<readonly Said[]>(() => []);

/** Says in passing what happened. What must not be missed belongs on the page. */
export const toast = (title: string, options: ToastOptions = {}): void =>
  useSaid.setState((said) => [...said, { title, ...options }], true);

import type { ShopControl } from './shop-control.ts';

/** What is really wrong, for whoever compares; `kind`, services and subjects as in the lab's README. */
export type Truth = { kind: string; services: string[]; subjects: string[]; changeIds: string[] };

export type Injected = {
  truth: Truth;
  /** Whether it is still there, however calm the shop looks. */
  isActive: () => Promise<boolean>;
  /** Ends what nobody in the shop can end, and what goes by itself in the world; absent where there is nothing like it. */
  subside?: () => Promise<void>;
};

export type Fault = {
  id: string;
  /** For who gives the demo. */
  title: string;
  inject: (shop: ShopControl) => Promise<Injected>;
};

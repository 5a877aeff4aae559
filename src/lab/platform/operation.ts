import type { Fields } from '../runtime/fields.ts';
import type { Change } from './change-feed.ts';

export type State = Record<string, string | number | boolean | null>;

/** Something that can be done to the shop, with what it is about before and after. */
export type Operation = {
  type: string;
  says: string;
  args: Record<string, string>;
  /** What it is about, as it is now; throws `Refusal` 404 where there is no such thing. */
  state: (args: Fields) => Promise<State>;
  /** Whether all is already as asked. */
  isDone: (args: Fields, state: State) => boolean;
  act: (args: Fields, state: State, author: string) => Promise<{ output: string[]; change?: Change }>;
};

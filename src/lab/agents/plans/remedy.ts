import type { Risk } from '../../../protocol/values.ts';
import type { Cited } from '../cited.ts';
import type { Operation } from '../tools/platform.ts';
import type { Check } from './check.ts';

/** A fact that a plan depends on, and how it is looked at. */
export type Fact = { statement: string; observed: string; check: Check; cited?: readonly Cited[] };

/** One way to put a cause right. */
export type Remedy = {
  title: string;
  description: string;
  /** The service that it acts on. */
  service: string;
  risk: Risk;
  operation: Operation;
  /** What the step does, in words, and the command as a person would write it. */
  step: string;
  command: string;
  /** With its duration. */
  expectedEffect: string;
  facts: readonly Fact[];
  /** Fields of the operation's state that must be as they are now when it runs. */
  expect: readonly string[];
  undo: {
    reversibility: 'reversible' | 'costly' | 'irreversible';
    description: string;
    operation?: Operation;
    command?: string;
  };
  /** What its own service and those that wait for it notice. */
  impact: { itself: string; dependents: string };
};

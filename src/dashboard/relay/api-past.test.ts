import { expect, test } from 'vitest';
import { createLiveStore } from '../store/live-store.ts';
import { createApiPast, type PastPart, type Rehydrated } from './api-past.ts';

/** An API that answers when the test says so. */
const createRig = () => {
  const asked: PastPart[] = [];
  const answers: ((answer: Rehydrated) => void)[] = [];
  let timers: (() => void)[] = [];
  const watched = new Set(['inc_1']);
  const past = createApiPast({
    store: createLiveStore(),
    scheduler: {
      onFrame: () => () => undefined,
      onPainted: (run) => run(),
      onTimeout: (run) => {
        timers.push(run);
        return () => {
          timers = timers.filter((other) => other !== run);
        };
      },
    },
    rehydrate: (_, part) => {
      asked.push(part);
      return new Promise((resolve) => answers.push(resolve));
    },
    isWatched: (incidentId) => watched.has(incidentId),
  });
  const answer = async (isWhole: boolean): Promise<void> => {
    answers.shift()?.({ events: [], isWhole });
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const wake = (): void => {
    const due = timers;
    timers = [];
    for (const run of due) run();
  };
  return { past, asked, answer, wake, watched };
};

test('an API that has not answered yet is not asked again about the plans', async () => {
  const { past, asked, answer } = createRig();
  for (let tick = 0; tick < 3; tick += 1) past.askPlans('inc_1');
  expect(asked).toEqual(['plans']);
  await answer(true);
  past.askPlans('inc_1');
  expect(asked).toEqual(['plans', 'plans']);
});

test('an API that could not answer is left alone until it is asked again by the clock', async () => {
  const { past, asked, answer, wake } = createRig();
  past.askPlans('inc_1');
  await answer(false);
  past.askPlans('inc_1');
  expect(asked).toEqual(['plans']);
  wake();
  expect(asked).toEqual(['plans', 'plans']);
});

test('all that is wanted while something is on its way is asked for once after it', async () => {
  const { past, asked, answer } = createRig();
  past.askPlans('inc_1');
  past.askAll('inc_1');
  past.askAll('inc_1');
  expect(asked).toEqual(['plans']);
  await answer(true);
  expect(asked).toEqual(['plans', 'all']);
  await answer(true);
  expect(asked).toEqual(['plans', 'all']);
});

test('what nobody watches any more, or what is of another connection, is not asked for again', async () => {
  const { past, asked, answer, wake, watched } = createRig();
  past.askAll('inc_1');
  past.clear();
  await answer(false);
  watched.clear();
  past.askAll('inc_1');
  await answer(false);
  wake();
  expect(asked).toEqual(['all', 'all']);
});

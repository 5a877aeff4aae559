import {
  type ComponentType,
  createElement,
  type LazyExoticComponent,
  lazy,
  Suspense,
  useEffect,
  useState,
} from 'react';
import { toast } from './toast.ts';

const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 4_000;
/** Whoever opened it is told then why there is nothing yet. */
const TELL_AFTER_MS = 5_000;

/** Code that cannot be had is asked for until it can: a server that restarts must not take the page with it. */
export const patiently = async <T,>(load: () => Promise<T>): Promise<T> => {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, MOST_WAIT_MS)) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
};

type Work = () => void;

const notYet = new Set<Work>();
let isDrawn = false;
let begun = false;
let placesHeld = 0;

/** A browser that cannot tell when it is idle takes a moment later for it. */
const whenIdle: (work: Work) => void =
  'requestIdleCallback' in globalThis ? (work) => requestIdleCallback(() => work()) : (work) => setTimeout(work, 200);

/** Does it once what was wanted first is there. */
export const afterwards = (work: Work): void => {
  if (begun) whenIdle(work);
  else notYet.add(work);
};

const beginIfAllIsThere = (): void => {
  if (begun || !isDrawn || placesHeld > 0) return;
  begun = true;
  for (const work of notYet) whenIdle(work);
  notYet.clear();
};

/** The page is drawn: once no place is held any more, what is on demand comes before it is asked for, to open at once. */
export const beginAfterwards = (): void => {
  isDrawn = true;
  beginIfAllIsThere();
};

/** While the component is mounted it holds the place of something that was wanted first. */
export const useHeldPlace = (): void =>
  useEffect(() => {
    placesHeld += 1;
    return () => {
      placesHeld -= 1;
      // Another place may be held from the same change on.
      if (placesHeld === 0) whenIdle(beginIfAllIsThere);
    };
  }, []);

type Code<Props> = { loaded: ComponentType<Props> | undefined; lazy: LazyExoticComponent<ComponentType<Props>> };

const Waiting = () => {
  useEffect(() => {
    const late = (): void =>
      toast('A part of the page could not be loaded', {
        description: 'It is tried again. If the server was updated, reload the page.',
        tone: 'warn',
      });
    const timer = setTimeout(late, TELL_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return null;
};

const Shown = <Props extends object>({ code, props }: { code: Code<Props>; props: Props }) => {
  // Chosen once: another type of component would begin anew and forget what was typed.
  const [type] = useState<{ of: ComponentType<Props> | Code<Props>['lazy'] }>(() => ({ of: code.loaded ?? code.lazy }));
  return <Suspense fallback={<Waiting />}>{createElement(type.of, props)}</Suspense>;
};

/** A component whose code comes when it is first shown, or a little after the page. */
export const onDemand = <Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> => {
  const fetch = async (): Promise<{ default: ComponentType<Props> }> => {
    const loaded = code.loaded ?? (await patiently(load));
    code.loaded = loaded;
    return { default: loaded };
  };
  const code: Code<Props> = { loaded: undefined, lazy: lazy(fetch) };
  afterwards(() => void fetch());
  return (props) => <Shown code={code} props={props} />;
};

import { type ComponentType, createElement, type LazyExoticComponent, lazy, Suspense, useState } from 'react';

type Work = () => void;

const notYet = new Set<Work>();
let begun = false;

/** A browser that cannot tell when it is idle takes a moment later for it. */
const whenIdle: (work: Work) => void =
  'requestIdleCallback' in globalThis ? (work) => requestIdleCallback(() => work()) : (work) => setTimeout(work, 200);

/** Does it once what was wanted first is there. */
export const afterwards = (work: Work): void => {
  if (begun) whenIdle(work);
  else notYet.add(work);
};

/** What was wanted first is there: gets what is on demand before it is asked for, so that it then opens at once. */
export const beginAfterwards = (): void => {
  begun = true;
  for (const work of notYet) whenIdle(work);
  notYet.clear();
};

type Code<Props> = { loaded: ComponentType<Props> | undefined; lazy: LazyExoticComponent<ComponentType<Props>> };

const Shown = <Props extends object>({ code, props }: { code: Code<Props>; props: Props }) => {
  // Chosen once: another type of component would begin anew and forget what was typed.
  const [type] = useState<{ of: ComponentType<Props> | Code<Props>['lazy'] }>(() => ({ of: code.loaded ?? code.lazy }));
  return <Suspense>{createElement(type.of, props)}</Suspense>;
};

/** A component whose code comes when it is first shown, or a little after the page. */
export const onDemand = <Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> => {
  const fetch = async (): Promise<{ default: ComponentType<Props> }> => {
    code.loaded ??= await load();
    return { default: code.loaded };
  };
  const code: Code<Props> = { loaded: undefined, lazy: lazy(fetch) };
  // Where this fails, the one who opens it tries again, and the boundary around it says what is wrong.
  afterwards(() => void fetch().catch(() => undefined));
  return (props) => <Shown code={code} props={props} />;
};

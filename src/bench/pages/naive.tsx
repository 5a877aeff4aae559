/** As tutorials have it: the last message is state, and an effect appends it to a list. */
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import * as reactUseWebSocket from 'react-use-websocket';
import { EventList } from './event-list.tsx';
import { eventsIn, FEED, type Notification, rootElement } from './wire.ts';

/** Behind one or two wrappers, as the bundler likes. */
const wrapped: unknown = reactUseWebSocket.default;
const useWebSocket =
  typeof wrapped === 'object' && wrapped !== null && 'default' in wrapped
    ? (wrapped.default as typeof reactUseWebSocket.default)
    : reactUseWebSocket.default;

const App = () => {
  const { lastJsonMessage } = useWebSocket<Notification | Notification[] | null>(FEED);
  const [events, setEvents] = useState<NonNullable<Notification['params']>[]>([]);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (lastJsonMessage !== null) setEvents((before) => [...before, ...eventsIn(lastJsonMessage)]);
  }, [lastJsonMessage]);
  useEffect(() => {
    if (events.length > 0) end.current?.scrollIntoView();
  }, [events]);
  return (
    <>
      <EventList events={events} />
      <div ref={end} />
    </>
  );
};

createRoot(rootElement()).render(<App />);

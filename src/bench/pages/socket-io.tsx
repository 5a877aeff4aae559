/** As the guides of Socket.IO and React have it: a listener in an effect, and a list in state. */
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { io } from 'socket.io-client';
import { EventList } from './event-list.tsx';
import { eventsIn, type Notification, rootElement } from './wire.ts';

const port = new URLSearchParams(location.search).get('port');

const App = () => {
  const [isConnected, setConnected] = useState(false);
  const [events, setEvents] = useState<NonNullable<Notification['params']>[]>([]);
  useEffect(() => {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
    socket.on('connect', () => setConnected(true));
    socket.on('event', (event: Notification) => setEvents((before) => [...before, ...eventsIn(event)]));
    return () => {
      socket.close();
    };
  }, []);
  useEffect(() => {
    if (events.length > 0) window.scrollTo(0, document.body.scrollHeight);
  }, [events]);
  return isConnected ? <EventList events={events} /> : <p>Connecting</p>;
};

createRoot(rootElement()).render(<App />);

import type { Notification } from './wire.ts';

/** Every event as a row of its own. */
export const EventList = ({ events }: { events: readonly NonNullable<Notification['params']>[] }) => (
  <>
    <p id="held" style={{ position: 'fixed', top: 0, right: 0, background: 'white' }}>
      {events.length} events
    </p>
    <ul>
      {events.map(({ seq, timestamp, agentName, message }) => (
        <li key={seq}>
          <time>{timestamp}</time> <b>{agentName}</b> {message}
        </li>
      ))}
    </ul>
  </>
);

import type { Connection } from '../relay/connection.ts';
import type { Tone } from '../ui/badge.tsx';
import { formatNumber } from '../ui/format-number.ts';
import type { DotShape } from '../ui/status-dot.tsx';

export type ConnectionLook = { text: string; tone: Tone; shape: DotShape; running: boolean };

/** Words, shape and colour of where the connection is. The words don't tick, for they are read out when they change. */
export const connectionLook = (connection: Connection): ConnectionLook => {
  switch (connection.state) {
    case 'connecting':
      return { text: 'Connecting…', tone: 'neutral', shape: 'half', running: true };
    case 'live':
      return { text: 'Live', tone: 'good', shape: 'dot', running: false };
    case 'catching-up':
      return {
        text: `Catching up ${formatNumber(connection.behind)}`,
        tone: 'accent',
        shape: 'half',
        running: true,
      };
    case 'reconnecting':
      return { text: 'Reconnecting…', tone: 'warn', shape: 'half', running: true };
    case 'offline':
      return { text: 'Offline', tone: 'warn', shape: 'ring', running: false };
    case 'stopped':
      return { text: 'Offline: stopped', tone: 'bad', shape: 'cross', running: false };
    case 'signed-out':
      return { text: 'Signed out', tone: 'neutral', shape: 'dash', running: false };
  }
};

const PATIENCE_MS = 8_000;

/** A reason as part of a sentence. */
const plain = (reason: string): string => reason.trim().replace(/\.$/, '');

/** What to say across the page, and since when; null while the connection mends itself quietly. */
export const connectionTrouble = (
  connection: Connection,
  now: number,
): { what: string; since: number | null } | null => {
  switch (connection.state) {
    case 'reconnecting':
    case 'offline':
      if (now - connection.since < PATIENCE_MS) return null;
      return {
        what: connection.state === 'offline' ? 'This device is offline' : `Not connected: ${plain(connection.reason)}`,
        since: connection.since,
      };
    case 'stopped':
      return { what: `The server ended the connection: ${plain(connection.reason)}`, since: null };
    // Where the session itself is over the sign-in page is shown instead.
    case 'signed-out':
      return { what: 'The relay does not accept this sign-in. Sign out, then sign in again', since: null };
    default:
      return null;
  }
};

/** What the relay sends, as a page reads it that knows nothing but JSON. */
export type Notification = {
  method?: string;
  params?: { seq?: number; eventId?: string; timestamp?: string; agentName?: string; message?: string };
};

/** The events of a frame, which is one notification or a batch of them. */
export const eventsIn = (frame: Notification | Notification[]): NonNullable<Notification['params']>[] =>
  (Array.isArray(frame) ? frame : [frame]).flatMap(({ params }) => (params?.seq === undefined ? [] : [params]));

export const lineOf = ({ timestamp, agentName, message }: NonNullable<Notification['params']>): string =>
  `${timestamp} ${agentName ?? ''} ${message ?? ''}`;

export const FEED = `ws://${location.host}/feed${location.search}`;

export const rootElement = (): HTMLElement => {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no #root.');
  return root;
};

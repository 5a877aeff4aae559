import { dieWithParent } from '../runtime/die-with-parent.ts';
import { fieldsOf } from '../runtime/fields.ts';
import { serve } from '../runtime/http-server.ts';
import { tellReady } from '../runtime/settings.ts';
import { createMessageStore, type Message } from './message-store.ts';
import { openService } from './service.ts';

const queue = await openService();
const { settings, metrics, log } = queue;
const name = settings.text('queue');
const store = createMessageStore(settings.text('messages'), Date.now);
dieWithParent(store.keep);
const labels = { service: 'queue', queue: name };
const counter = (metric: string, help: string): (() => void) => {
  const count = metrics.counter(metric, help);
  count(labels, 0);
  return () => count(labels);
};
const published = counter('queue_published_total', 'Messages that came in.');
const acked = counter('queue_acked_total', 'Messages that were done.');
const failed = counter('queue_failed_total', 'Deliveries that failed.');
metrics.gauge('queue_depth', 'Messages that wait or are worked on.', () => [[labels, store.state().depth]]);
metrics.gauge('queue_parked', 'Messages put aside.', () => [[labels, store.state().parked]]);
metrics.gauge('queue_oldest_age_seconds', 'Age of the oldest that waits.', () => [
  [labels, store.state().oldestAgeMs / 1000],
]);

const shown = ({ messageId, status, attempts, publishedAt, lastError, traceparent, body }: Message) => ({
  messageId,
  status,
  attempts,
  publishedAt: new Date(publishedAt).toISOString(),
  ageMs: Date.now() - publishedAt,
  ...(lastError === undefined ? {} : { lastError }),
  ...(traceparent === undefined ? {} : { traceId: traceparent.split('-')[1] }),
  body,
});

const routes = queue.routes({
  'POST /publish': ({ body, span }) => {
    const message = store.publish(fieldsOf(body).raw('body'), span.traceparent);
    published();
    return { status: 201, body: { messageId: message.messageId } };
  },
});

queue.answer({
  queues: () => [{ name, ...store.state() }],
  messages: (params) => store.list(params.number('limit')).map(shown),
  message: (params) => {
    const message = store.find(params.text('messageId'));
    return message === undefined ? null : shown(message);
  },
  park: (params) => {
    const parked = params.truth('parked');
    store.park(params.text('messageId'), parked);
    log('info', parked ? 'message parked' : 'message requeued', { messageId: params.text('messageId') });
  },
  clear: () => store.clear(),
});
// Asked many times a second: in no log, trace or duration.
const consumer = {
  'POST /lease': () => ({ body: store.lease() ?? {} }),
  'POST /ack': ({ body }: { body: unknown }) => {
    store.done(fieldsOf(body).text('messageId'));
    acked();
    return { body: {} };
  },
  'POST /nack': ({ body }: { body: unknown }) => {
    const { text } = fieldsOf(body);
    store.failed(text('messageId'), text('error'));
    failed();
    return { body: {} };
  },
};
const { url } = await serve({ routes: { ...routes, ...consumer }, tokens: [queue.token] });
tellReady(url);

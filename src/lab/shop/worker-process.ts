import { setTimeout as sleep } from 'node:timers/promises';
import { dieWithParent } from '../runtime/die-with-parent.ts';
import { type Fields, fieldsOf } from '../runtime/fields.ts';
import { callText } from '../runtime/http-client.ts';
import { serve } from '../runtime/http-server.ts';
import { tellReady } from '../runtime/settings.ts';
import { blueprintOf } from './blueprint.ts';
import { labelOf } from './delivery.ts';
import { createJobs } from './jobs.ts';
import { openService } from './service.ts';

const IDLE_MS = 150;
const AFTER_FAILURE_MS = 400;

dieWithParent();
const worker = await openService();
const { settings, metrics, log, token } = worker;
const keys = settings.texts('keys');
const jobs = createJobs(worker, blueprintOf(settings.text('shop')), settings.text('database'));
const observe = metrics.histogram('worker_message_duration_seconds', 'Time to work on a message.');
const askQueue = (path: string, body: object): Promise<string> =>
  callText('POST', `${worker.address('queue')}${path}`, { token, body, timeoutMs: 2_000 });

const handle = async (message: Fields): Promise<void> => {
  const span = worker.span('message', 'consumer', message.has('traceparent') ? message.text('traceparent') : undefined);
  const messageId = message.text('messageId');
  span.set('messageId', messageId);
  try {
    const body = message.object('body');
    const label = labelOf(body.object('delivery'));
    await worker.call('orders', span, 'POST', '/shipped', {
      body: { order: body.number('order'), label },
      timeoutMs: worker.number(keys.workerTimeout ?? ''),
    });
    span.end();
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    span.end(says);
    log('error', 'message failed', {
      messageId,
      attempt: message.number('attempts'),
      error: says,
      traceId: span.traceId,
    });
    throw error;
  }
};

/** Takes the next message; resolves to how long to wait until the one after it. */
const takeOne = async (): Promise<number> => {
  const text = await askQueue('/lease', {});
  const message = fieldsOf(JSON.parse(text), 'the message');
  if (!message.has('messageId')) return IDLE_MS;
  const messageId = message.text('messageId');
  const began = performance.now();
  const end = (outcome: string): void => observe({ service: 'worker', outcome }, (performance.now() - began) / 1000);
  try {
    await handle(message);
    await askQueue('/ack', { messageId });
    end('done');
    return 0;
  } catch (error) {
    end('failed');
    await askQueue('/nack', { messageId, error: String(error) });
    return AFTER_FAILURE_MS;
  }
};

const keepWorking = async (): Promise<never> => {
  for (;;) {
    // A queue that restarts is asked again soon.
    await sleep(await takeOne().catch(() => AFTER_FAILURE_MS));
  }
};

worker.answer({
  transactions: () => jobs.transactions(),
  stopTransaction: (params) => jobs.stop(params.has('transactionId') ? params.text('transactionId') : undefined),
  job: (params) => jobs.run(params.text('job'), params.text('author'), params.number('chunks'), params.truth('inOne')),
});
const { url } = await serve({ routes: worker.routes({}), tokens: [token] });
tellReady(url);
void keepWorking();

import { type Fields, fieldsOf } from '../runtime/fields.ts';
import { CallFailed, type CallOptions, callText } from '../runtime/http-client.ts';
import { type Incoming, Refusal, type Reply, type Routes } from '../runtime/http-server.ts';
import { answerCalls, type Handlers } from '../runtime/ipc.ts';
import { receiveSettings } from '../runtime/settings.ts';
import { createTracer, type OpenSpan, type SpanKind } from '../runtime/trace.ts';
import { openLog } from './log-file.ts';
import { createMetrics } from './metrics.ts';
import { watchProcess } from './process-metrics.ts';
import { createSpanExporter } from './span-exporter.ts';

export type ServiceHandler = (request: Incoming & { span: OpenSpan }) => Reply | Promise<Reply>;
type Asked = { body?: unknown; timeoutMs?: number } & Pick<CallOptions, 'connection'>;

/** What every service of the shop has: settings, a log, metrics, spans, live configuration and calls to the others. */
export const openService = async () => {
  const settings = fieldsOf(await receiveSettings(), 'the settings');
  const service = settings.text('service');
  const token = settings.text('token');
  const config = new Map(Object.entries(settings.texts('config')));
  const addresses = new Map(Object.entries(settings.texts('addresses')));
  const log = openLog(settings.text('log'), service);
  const metrics = createMetrics();
  watchProcess(metrics, service, settings.number('memoryLimitBytes'));
  const version = settings.text('version');
  metrics.gauge('build_info', 'The version that runs.', () => [[{ service, version }, 1]]);
  const observeRequest = metrics.histogram('http_request_duration_seconds', 'Time to answer a request.');
  const observeCall = metrics.histogram('http_client_duration_seconds', 'Time another service took to answer.');
  let inFlight = 0;
  metrics.gauge('http_requests_in_flight', 'Requests being answered.', () => [[{ service }, inFlight]]);
  const tracer = createTracer(service, createSpanExporter(settings.text('monitorUrl'), token));

  const configured = (key: string): string => {
    const value = config.get(key);
    if (value === undefined) throw new Error(`there is no setting ${key}`);
    return value;
  };

  /** Asks another service within the span; what failed is in the metric, the span and the error's `status`. */
  const call = async (
    to: string,
    span: OpenSpan,
    method: 'GET' | 'POST',
    path: string,
    { body, timeoutMs = 5_000, connection }: Asked = {},
  ): Promise<string> => {
    const asked = span.child(`${method} ${to}${path.split('?')[0] ?? path}`, 'client');
    asked.set('to', to);
    const began = performance.now();
    const ended = (status: string, error?: string): void => {
      observeCall({ service, to, status }, (performance.now() - began) / 1000);
      asked.set('status', status);
      asked.end(error);
    };
    try {
      const text = await callText(method, `${addresses.get(to) ?? ''}${path}`, {
        token,
        timeoutMs,
        headers: { traceparent: asked.traceparent },
        ...(body === undefined ? {} : { body }),
        ...(connection === undefined ? {} : { connection }),
      });
      ended('200');
      return text;
    } catch (error) {
      const failed = error instanceof CallFailed ? error : new CallFailed('refused', String(error));
      const isAnswer = failed.status.startsWith('4');
      ended(failed.status, isAnswer ? undefined : failed.message);
      throw failed;
    }
  };

  /** Runs a piece of work as a span of its own, logged at its end. */
  const observed = async (path: string, incoming: Incoming, handler: ServiceHandler): Promise<Reply> => {
    const span = tracer.start(path, 'server', incoming.headers.traceparent);
    const began = performance.now();
    inFlight += 1;
    const reply = await Promise.resolve()
      .then(() => handler({ ...incoming, span }))
      .catch((error: unknown): Reply & { says: string } => {
        const says = error instanceof Error ? error.message : String(error);
        const status = error instanceof Refusal ? error.status : error instanceof CallFailed ? 502 : 500;
        return { status, body: error instanceof Refusal ? error.body : { error: says }, says };
      });
    inFlight -= 1;
    const status = reply.status ?? 200;
    const durationMs = Number((performance.now() - began).toFixed(1));
    observeRequest({ service, route: path, status: String(status) }, durationMs / 1000);
    const says = 'says' in reply ? reply.says : undefined;
    span.set('status', status);
    span.end(status >= 500 ? (says ?? `answered ${status}`) : undefined);
    log(status >= 500 ? 'error' : 'info', status >= 500 ? 'request failed' : 'request', {
      route: path,
      status,
      durationMs,
      traceId: span.traceId,
      ...(status >= 500 && says !== undefined ? { error: says } : {}),
    });
    return reply;
  };

  const setAddresses = (given: Record<string, string>): void => {
    for (const [name, url] of Object.entries(given)) addresses.set(name, url);
  };

  return {
    name: service,
    settings,
    token,
    version,
    /** What this version of the service does otherwise than the one before. */
    build: settings.object('build'),
    log,
    metrics,
    call,
    address: (of: string): string => addresses.get(of) ?? '',
    span: (name: string, kind: SpanKind, traceparent?: unknown) => tracer.start(name, kind, traceparent),
    text: configured,
    number: (key: string): number => Number(configured(key)),
    /** The routes that people's requests come by, with /health and /metrics. */
    routes: (handlers: Readonly<Record<string, ServiceHandler>>): Routes => ({
      'GET /health': () => ({ body: { status: 'ok', version } }),
      'GET /metrics': () => ({ text: metrics.text() }),
      ...Object.fromEntries(
        Object.entries(handlers).map(([route, handler]) => [
          route,
          (incoming: Incoming) => observed(route.split(' ')[1] ?? route, incoming, handler),
        ]),
      ),
    }),
    /** Answers who runs the service, by its channel; every service takes up settings and addresses. */
    answer: (handlers: Handlers = {}): void =>
      answerCalls({
        config: (params: Fields) => {
          const key = params.text('key');
          const before = config.get(key);
          config.set(key, params.text('value'));
          log('info', 'setting changed', { key, before, after: params.text('value') });
        },
        addresses: (params: Fields) => setAddresses(params.texts('addresses')),
        ...handlers,
      }),
  };
};

export type Service = Awaited<ReturnType<typeof openService>>;

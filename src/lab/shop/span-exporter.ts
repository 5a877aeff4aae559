import { callText } from '../runtime/http-client.ts';
import type { Span } from '../runtime/trace.ts';

const EVERY_MS = 500;
/** A monitor that doesn't answer must not fill the service's memory. */
const MOST_KEPT = 2_000;

/** Sends ended spans to the monitor, many at a time; those of a moment without a monitor are lost. */
export const createSpanExporter = (monitorUrl: string, token: string): ((span: Span) => void) => {
  let kept: Span[] = [];
  setInterval(() => {
    if (kept.length === 0) return;
    const spans = kept;
    kept = [];
    callText('POST', `${monitorUrl}/ingest`, { token, body: { spans }, timeoutMs: 2_000 }).catch(() => undefined);
  }, EVERY_MS).unref();
  return (span) => {
    if (kept.length < MOST_KEPT) kept.push(span);
  };
};

import { PerformanceObserver } from 'node:perf_hooks';
import { tellParent } from '../runtime/settings.ts';
import type { Metrics } from './metrics.ts';

const REPORT_EVERY_MS = 1_000;

/** What the process itself costs: as metrics, and to who runs it. */
export const watchProcess = (metrics: Metrics, service: string, limitBytes: number): void => {
  let gcSeconds = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcSeconds += duration / 1000;
  }).observe({ entryTypes: ['gc'] });
  const startedAt = Date.now() / 1000;
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gauge(name, help, () => [[{ service }, read()]]);
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('process_memory_limit_bytes', 'Above this the platform ends the process.', () => limitBytes);
  gauge('process_heap_used_bytes', 'Memory that objects use.', () => process.memoryUsage().heapUsed);
  gauge('process_start_time_seconds', 'When it was started.', () => startedAt);
  metrics.counterOf('process_cpu_seconds_total', 'Processor time.', () => [[{ service }, cpuSeconds()]]);
  metrics.counterOf('process_gc_seconds_total', 'Time spent collecting garbage.', () => [[{ service }, gcSeconds]]);
  setInterval(
    () => tellParent({ type: 'usage', rssBytes: process.memoryUsage.rss(), cpuSeconds: cpuSeconds() }),
    REPORT_EVERY_MS,
  ).unref();
};

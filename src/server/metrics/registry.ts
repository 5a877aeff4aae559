import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Histogram as Plain } from './meters.ts';

type Samples = Iterable<readonly [label: string | number, value: number]>;

/** A plain histogram as prom-client shows its own. */
class PlainHistogram extends Histogram {
  readonly #plain: Plain;
  readonly #name: string;
  readonly #empty: Histogram;

  constructor(name: string, help: string, plain: Plain) {
    super({ name, help, registers: [] });
    this.#empty = new Histogram({ name, help, registers: [] });
    this.#plain = plain;
    this.#name = name;
  }

  override async get() {
    const { bounds, counts, sum } = this.#plain;
    let seen = 0;
    const values = counts.map((amount, place) => {
      seen += amount;
      return { metricName: `${this.#name}_bucket`, labels: { le: bounds[place] ?? '+Inf' }, value: seen };
    });
    const total = [
      { metricName: `${this.#name}_sum`, labels: {}, value: sum },
      { metricName: `${this.#name}_count`, labels: {}, value: seen },
    ];
    return { ...(await this.#empty.get()), values: [...values, ...total] };
  }

  /** What the registry asks for instead of `get` where it finds it. */
  getForPromString() {
    return this.get();
  }
}

/** A registry whose metrics are read from plain numbers when somebody scrapes them. */
export const createRegistry = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const counter = (name: string, help: string, read: () => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };

  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };

  return {
    counter,
    gauge,
    counterBy(name: string, help: string, label: string, read: () => Samples): void {
      new Counter({
        name,
        help,
        registers,
        labelNames: [label],
        collect() {
          this.reset();
          for (const [value, amount] of read()) this.inc({ [label]: value }, amount);
        },
      });
    },
    /** Two labels in one, joined by a colon. */
    counterByTwo(name: string, help: string, labels: readonly [string, string], read: () => Samples): void {
      new Counter({
        name,
        help,
        registers,
        labelNames: [...labels],
        collect() {
          this.reset();
          for (const [value, amount] of read()) {
            const [first = '', second = ''] = String(value).split(':');
            this.inc({ [labels[0]]: first, [labels[1]]: second }, amount);
          }
        },
      });
    },
    gaugeBy(name: string, help: string, label: string, read: () => Samples): void {
      new Gauge({
        name,
        help,
        registers,
        labelNames: [label],
        collect() {
          this.reset();
          for (const [value, amount] of read()) this.set({ [label]: value }, amount);
        },
      });
    },
    histogram(name: string, help: string, plain: Plain): void {
      registry.registerMetric(new PlainHistogram(name, help, plain));
    },
    contentType: registry.contentType,
    text: (): Promise<string> => registry.metrics(),
  };
};

export type MetricsRegistry = ReturnType<typeof createRegistry>;

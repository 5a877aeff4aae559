import { fanout } from './fanout.ts';
import type { Bench } from './harness/bench.ts';
import { herd } from './herd.ts';
import { idle } from './idle.ts';
import { ingest } from './ingest.ts';
import { latency } from './latency.ts';
import { list } from './list.ts';
import { load } from './load.ts';
import { nodes } from './nodes.ts';
import { open } from './open.ts';
import { press } from './press.ts';
import { publish } from './publish.ts';
import { soak } from './soak.ts';
import { start } from './start.ts';

/** Every bench by its name on the command line. */
export const benches: Readonly<Record<string, Bench>> = {
  fanout,
  publish,
  idle,
  herd,
  open,
  ingest,
  latency,
  list,
  load,
  press,
  soak,
  start,
  nodes,
};

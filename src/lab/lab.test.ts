import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type FakeRelay, startFakeRelay } from '../agent/testing/fake-relay.ts';
import { incidentEvents } from '../protocol/down.ts';
import { RemediationProposed } from '../protocol/remediation.ts';
import { blueprintOf, statementsOf } from './shop/blueprint.ts';
import { openDatabase } from './shop/sqlite.ts';
import { costOf, processesOf } from './testing/cost.ts';
import { runLab } from './testing/run-lab.ts';

const schemas = new Map(Object.entries(incidentEvents));

type Lab = ReturnType<typeof runLab>;

/** Starts a fault and resolves to what can be asked of the incident that comes of it. */
const breakShop = async (relay: FakeRelay, lab: Lab) => {
  lab.send({ type: 'start-fault', fault: 'index' });
  const incidentId = await relay.store.until(() => {
    const found = relay.store.incidents()[0]?.incidentId;
    return typeof found === 'string' ? found : undefined;
  });
  const all = () => relay.store.events(incidentId);
  const find = (method: string) => relay.store.until(() => all().find((event) => event.method === method));
  return { incidentId, all, find };
};

const expectIndexUsed = async (dir: string, statement: string, index: string): Promise<void> => {
  const file = readdirSync(dir).find((name) => name.endsWith('.db'));
  const database = await openDatabase(join(dir, String(file)), { readOnly: true });
  const details = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
  database.close();
  expect(String(details[0]?.detail)).toContain(`INDEX ${index}`);
};

const findAndRepair = async (relay: FakeRelay, lab: Lab, seed: string): Promise<void> => {
  const shop = blueprintOf(seed);
  const { incidentId, all, find } = await breakShop(relay, lab);
  const plan = RemediationProposed.parse((await find('remediation.proposed')).params);
  const commands = plan.steps.flatMap((step) =>
    typeof step === 'object' && step.type === 'sql_migration' ? step.command : [],
  );
  expect(commands).toEqual([`CREATE INDEX ${shop.indexName} ON ${shop.table} (${shop.indexColumns.join(', ')});`]);
  expect(plan.rollback).toBe(`DROP INDEX ${shop.indexName};`);

  const decision = { incidentId, remediationId: plan.remediationId, by: 'ana@example.com' };
  relay.publish('remediation.approved', decision);
  relay.publish('remediation.executing', decision);
  expect((await find('remediation.executed')).params).toMatchObject({ outcome: 'resolved' });
  await lab.until('recovered');
  await expectIndexUsed(join(lab.dir, 'shop'), statementsOf(shop).recent, shop.indexName);

  for (const { method, params } of all()) {
    expect(schemas.get(method)?.safeParse(params).error?.issues ?? [], method).toEqual([]);
  }
  const completed = (await find('investigation.completed')).params;
  expect(completed.rootCause).toContain(shop.indexName);
  expect(completed.rootCause).toContain(shop.table);
  expect(completed.confidence).toBeGreaterThan(0.9);
  const last = new Map(
    all().flatMap(({ method, params }) =>
      method === 'hypothesis.updated' ? [[params.hypothesisId, params.status]] : [],
    ),
  );
  expect(last.size).toBeGreaterThanOrEqual(3);
  expect([...last.values()].filter((status) => status === 'confirmed')).toHaveLength(1);
  const steps = all().flatMap(({ method, params }) =>
    method === 'remediation.step' && params.status === 'completed' ? [params.stepId] : [],
  );
  expect(steps).toEqual(['act', 'verify']);
  expect(relay.store.incidents()).toHaveLength(1);
};

describe('the lab', () => {
  // One at a time: two shops under load leave agents on two cores too little to be sure of anything.
  it.each(['birch'])(
    'is small, and broken, understood and repaired for real (%s)',
    { timeout: 180_000 },
    async (seed) => {
      const relay = await startFakeRelay();
      const lab = runLab(relay.url, { LAB_SEED: seed, LAB_PACE: '0.05' });
      try {
        await lab.until('idle');
        const { processes, bytes } = process.platform === 'linux' ? costOf(lab.pid) : { processes: 10, bytes: 0 };
        expect(processes).toBe(10);
        expect(bytes).toBeLessThan(400_000_000);
        await findAndRepair(relay, lab, seed);
      } finally {
        await lab.stop();
        await relay.close();
      }
    },
  );

  // How far it came is the machine's affair: each number of processes is another moment of its start.
  it.runIf(process.platform === 'linux').each([1, 2, 4, 7])(
    'ends by itself and leaves nothing behind when it is stopped while it starts (%i processes)',
    { timeout: 60_000 },
    async (count) => {
      const relay = await startFakeRelay();
      const lab = runLab(relay.url, { LAB_SEED: 'birch' });
      try {
        let processes = processesOf(lab.pid);
        for (; processes.length < count; processes = processesOf(lab.pid)) await sleep(5);
        expect(lab.heard.every((message) => message.type === 'status' && message.state === 'starting')).toBe(true);
        const [code, signal] = await lab.stop();
        // A process that does not listen yet is ended by the signal itself.
        expect(count === 1 ? [0, 'SIGTERM'] : [0]).toContain(signal ?? code);
        expect(processes.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
      } finally {
        await relay.close();
      }
    },
  );
});

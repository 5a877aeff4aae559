import type { Blueprint } from './blueprint.ts';

export type Node = {
  name: string;
  kind: 'service' | 'worker' | 'queue' | 'external';
  dependsOn: { service: string; via: 'http' | 'tls' | 'queue' | 'sql' }[];
  database?: string;
};

/** Who needs whom, as the people who run the shop drew it. */
export const topologyOf = ({ provider }: Pick<Blueprint, 'provider'>): Node[] => [
  {
    name: 'gateway',
    kind: 'service',
    dependsOn: [
      { service: 'orders', via: 'http' },
      { service: 'payments', via: 'http' },
    ],
  },
  { name: 'orders', kind: 'service', database: 'SQLite', dependsOn: [{ service: 'queue', via: 'http' }] },
  { name: 'payments', kind: 'service', dependsOn: [{ service: provider, via: 'tls' }] },
  { name: provider, kind: 'external', dependsOn: [] },
  { name: 'queue', kind: 'queue', dependsOn: [] },
  {
    name: 'worker',
    kind: 'worker',
    dependsOn: [
      { service: 'queue', via: 'queue' },
      { service: 'orders', via: 'http' },
      { service: 'orders', via: 'sql' },
    ],
  },
];

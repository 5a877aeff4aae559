import { RelayStatus } from '../../protocol/api.ts';
import type { ApiDeps } from './context.ts';
import { type Route, route } from './route.ts';

export const statusRoutes = ({ log, relay, version, now }: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v1/relay/status',
    summary: 'How the relay is doing.',
    access: 'anybody',
    answer: RelayStatus,
    handle: () => ({
      status: log.health(),
      activeConnections: relay.connections(),
      region: 'local',
      version,
      checkedAt: new Date(now()).toISOString(),
    }),
  }),
];

import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from './context.ts';

export const registerStatusRoute = (app: FastifyInstance, deps: ApiDeps): void => {
  app.get('/v1/relay/status', async (request) => {
    await deps.authenticate(request);
    return {
      status: deps.log.health(),
      activeConnections: deps.relay.connections(),
      region: 'local',
      version: deps.version,
      checkedAt: new Date(deps.now()).toISOString(),
    };
  });
};

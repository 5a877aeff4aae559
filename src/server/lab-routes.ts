import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from './api-problem.ts';
import type { Lab } from './lab-process.ts';

/** The demo's own control; there is nothing under `/lab` where the demo is off. */
export const registerLabRoutes = (
  app: FastifyInstance,
  deps: { lab: () => Lab | null; authenticate: (request: FastifyRequest) => Promise<unknown> },
): void => {
  const running = (): Lab => {
    const lab = deps.lab();
    if (lab === null) throw new ApiProblem(503, 'service_unavailable', 'The lab is not running.');
    return lab;
  };

  app.get('/lab/status', async (request) => {
    await deps.authenticate(request);
    return running().status();
  });

  app.post('/lab/faults', async (request) => {
    await deps.authenticate(request);
    return running().startFault();
  });
};

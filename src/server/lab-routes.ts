import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiProblem } from './api-problem.ts';
import type { Lab } from './lab-process.ts';

const Fault = z.object({ fault: z.string().max(40).optional() });
const Pace = z.object({ pace: z.number().min(0.05).max(5) });

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

  const read = <T>(schema: z.ZodType<T>, body: unknown): T => {
    const parsed = schema.safeParse(body ?? {});
    if (parsed.success) return parsed.data;
    throw new ApiProblem(400, 'validation_error', z.prettifyError(parsed.error));
  };

  app.post('/lab/faults', async (request) => {
    await deps.authenticate(request);
    return running().startFault(read(Fault, request.body).fault);
  });

  app.post('/lab/reset', async (request) => {
    await deps.authenticate(request);
    return running().reset();
  });

  app.post('/lab/pace', async (request) => {
    await deps.authenticate(request);
    return running().setPace(read(Pace, request.body).pace);
  });
};

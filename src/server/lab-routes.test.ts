import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from './api-problem.ts';
import type { Lab } from './lab-process.ts';
import { registerLabRoutes } from './lab-routes.ts';

const start = (options: { running?: boolean; signedIn?: boolean } = {}) => {
  const done: string[] = [];
  const answer = { started: true, message: 'yes' };
  const lab: Lab = {
    status: () => ({
      state: 'idle',
      startedAt: null,
      message: '',
      choices: [{ id: 'pool', title: 'A leak' }],
      chosen: null,
      pace: 1,
    }),
    startFault: (fault) => {
      done.push(`fault ${fault ?? 'any'}`);
      return answer;
    },
    reset: () => {
      done.push('reset');
      return answer;
    },
    setPace: (pace) => {
      done.push(`pace ${pace}`);
      return answer;
    },
    stop: async () => undefined,
  };
  const app = fastify();
  app.setErrorHandler((error, _, reply) => reply.code(error instanceof ApiProblem ? error.status : 500).send({}));
  registerLabRoutes(app, {
    lab: () => (options.running === false ? null : lab),
    authenticate: async () => {
      if (options.signedIn === false) throw new ApiProblem(401, 'unauthorized', 'Sign in first.');
    },
  });
  const post = async (url: string, payload: object = {}) =>
    (await app.inject({ method: 'POST', url, payload })).statusCode;
  return { app, done, post };
};

describe('the demo’s own control', () => {
  it('chooses a fault or any, puts back, and sets the pace', async () => {
    const { done, post } = start();
    expect(await post('/lab/faults', { fault: 'pool' })).toBe(200);
    expect(await post('/lab/faults')).toBe(200);
    expect(await post('/lab/reset')).toBe(200);
    expect(await post('/lab/pace', { pace: 0.3 })).toBe(200);
    expect(done).toEqual(['fault pool', 'fault any', 'reset', 'pace 0.3']);
  });

  it.each([
    ['/lab/pace', {}],
    ['/lab/pace', { pace: 0 }],
    ['/lab/pace', { pace: 'fast' }],
    ['/lab/faults', { fault: 7 }],
  ])('refuses %s with %o', async (url, payload) => {
    const { done, post } = start();
    expect(await post(url, payload)).toBe(400);
    expect(done).toEqual([]);
  });

  it('is for people who signed in, while the lab runs', async () => {
    expect(await start({ signedIn: false }).post('/lab/reset')).toBe(401);
    expect((await start({ signedIn: false }).app.inject('/lab/status')).statusCode).toBe(401);
    expect(await start({ running: false }).post('/lab/reset')).toBe(503);
  });
});

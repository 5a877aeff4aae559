import { longId, told } from '../../server/testing/long-incident.ts';
import type { Publication } from './publisher.ts';

let published = 0;

/** The next so many of a long investigation, tool calls and findings and now and then evidence, each with an id of its own. */
export const nextEvents = (count: number): Publication[] => {
  published += count;
  return Array.from({ length: count }, (_, index) => {
    const number = published - count + index + 1;
    const [method, params] = told(number);
    return { method, params: { ...params, eventId: longId(number) } };
  });
};

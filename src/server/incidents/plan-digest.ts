import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

/** `sha256:` over the RFC 8785 form of what is approved: the title, the description and the steps as proposed. */
export const planDigest = (plan: { title: string; description: string; steps: unknown }): string => {
  const { title, description, steps } = plan;
  // What is stored and shown is the JSON of it: a number too large for one is null there.
  const canonical = canonicalize(JSON.parse(JSON.stringify({ title, description, steps })));
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
};

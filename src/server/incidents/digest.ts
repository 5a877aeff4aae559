import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

/** `sha256:` over the RFC 8785 form of what is stored and shown of the value: its JSON, where a number too large is null. */
export const digestOf = (value: unknown): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(JSON.parse(JSON.stringify(value))))
    .digest('hex')}`;

/** Of what is approved: the title, the description and the steps as proposed. */
export const planDigest = ({
  title,
  description,
  steps,
}: {
  title: string;
  description: string;
  steps: unknown;
}): string => digestOf({ title, description, steps });

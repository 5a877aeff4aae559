import { z } from 'zod';

const Examples = z.array(
  z.object({
    file: z.string().regex(/^[\w-]+\.jsonl\.gz$/),
    /** What went wrong, and what people felt of it. */
    title: z.string(),
    symptom: z.string(),
  }),
);
export type Example = z.infer<typeof Examples>[number];

const FOLDER = '/recordings/';

/** The address that opens an example. */
export const linkTo = ({ file }: Example): string => `/recording?src=${FOLDER}${file}`;

/** The recordings that lie beside the dashboard; none where whoever serves it left them out. */
export const listExamples = async (signal: AbortSignal): Promise<readonly Example[]> => {
  try {
    const response = await fetch(`${FOLDER}recordings.json`, { signal });
    return response.ok ? Examples.parse(await response.json()) : [];
  } catch {
    return [];
  }
};

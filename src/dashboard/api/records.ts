import { useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { writeText } from './request.ts';
import { incidentTableOf } from './use-incident-table.ts';

const Imported = z.looseObject({ incidentId: z.string() });

/** Where the browser fetches an incident's record from. */
export const exportPath = (incidentId: string, format: 'markdown' | 'jsonl'): string =>
  `/v1/incidents/${encodeURIComponent(incidentId)}/export?format=${format}`;

export const useImportRecord = () => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (file: File) =>
      Imported.parse(await writeText('/v1/incidents/import', 'application/x-ndjson', await file.text())),
    onSuccess: () => incidentTableOf(queryClient).reconcile(),
  });
};

/** As the documentation of TanStack Query has it: a change that the server tells makes the query stale, and it is asked again. */
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { rootElement } from './wire.ts';

type Incident = { incidentId: string; title: string; severity: string; status: string; createdAt: string };

const CHANGES = ['incident.created', 'incident.status_changed'];

/** The newest hundred, which is the most that the API gives at once. */
const newest = async (): Promise<Incident[]> => {
  const answer = await fetch('/v1/incidents?limit=100&order=desc');
  const { incidents }: { incidents: Incident[] } = await answer.json();
  return incidents;
};

const Incidents = () => {
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: ['incidents'], queryFn: newest });
  useEffect(() => {
    const stream = new EventSource('/v1/notifications/stream');
    const changed = (): void => void client.invalidateQueries({ queryKey: ['incidents'] });
    for (const type of CHANGES) stream.addEventListener(type, changed);
    return () => stream.close();
  }, [client]);
  if (data === undefined) return <p>Loading</p>;
  return (
    <table id="list">
      <tbody>
        {data.map(({ incidentId, title, severity, status, createdAt }) => (
          <tr key={incidentId}>
            <td>{severity}</td>
            <td>{title}</td>
            <td>{status}</td>
            <td>{createdAt}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

createRoot(rootElement()).render(
  <QueryClientProvider client={new QueryClient()}>
    <Incidents />
  </QueryClientProvider>,
);

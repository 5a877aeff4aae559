export function LiveView({ incidentId }: { incidentId: string; eventId?: string }) {
  return <p>{incidentId}</p>;
}

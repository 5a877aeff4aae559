import { LoaderCircle } from 'lucide-react';

const figure = (value: number): string => value.toLocaleString('en');

type IncidentCountProps = {
  shown: number;
  loaded: number;
  total: number;
  complete: boolean;
  loading: boolean;
  filtered: boolean;
};

/** How many there are; while they come, how far it got, which is not read out at each page. */
export const IncidentCount = ({ shown, loaded, total, complete, loading, filtered }: IncidentCountProps) => {
  const all = `${figure(total)} ${total === 1 ? 'incident' : 'incidents'}`;
  const found = filtered ? `${figure(shown)} of ${all}` : all;
  return (
    <>
      <span role="status">{complete ? found : ''}</span>
      {!complete && (
        <span className="inline-flex items-center gap-1.5">
          {filtered && `${figure(shown)} found so far · `}
          {loading && <LoaderCircle className="size-3.5 animate-spin" />}
          {loading ? 'Loading' : 'Loaded'} {figure(loaded)} of {figure(total)}
          {loading && ' …'}
        </span>
      )}
    </>
  );
};

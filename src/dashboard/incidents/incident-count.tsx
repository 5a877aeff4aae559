import { LoaderCircle } from 'lucide-react';
import { formatNumber } from '../ui/format-number.ts';

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
  const all = `${formatNumber(total)} ${total === 1 ? 'incident' : 'incidents'}`;
  const found = filtered ? `${formatNumber(shown)} of ${all}` : all;
  return (
    <>
      <span role="status">{complete ? found : ''}</span>
      {!complete && (
        <span className="inline-flex items-center gap-1.5">
          {filtered && `${formatNumber(shown)} found so far · `}
          {loading && <LoaderCircle className="size-3.5 animate-spin" />}
          {loading ? 'Loading' : 'Loaded'} {formatNumber(loaded)} of {formatNumber(total)}
          {loading && ' …'}
        </span>
      )}
    </>
  );
};

import { useQuery } from '@tanstack/react-query';
import { RelayStatus } from '../../protocol/api.ts';
import { read } from './request.ts';

const REFRESH_MS = 15_000;

export const useRelayStatus = () =>
  useQuery({
    queryKey: ['relay-status'],
    queryFn: () => read('/v1/relay/status', RelayStatus),
    refetchInterval: REFRESH_MS,
    retry: false,
  });

import { useConnection } from './relay-provider.tsx';

/**
 * The first connection was made, or cannot be for now. What is asked for only then is true from its answer on; what is
 * asked for earlier has to be asked again, as something may have happened before the relay was listened to.
 */
export const useIsSettled = (): boolean => useConnection().state !== 'connecting';

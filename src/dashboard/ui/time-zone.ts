import { createContext, useContext } from 'react';
import type { Zone } from './format-time.ts';

/** The zone that absolute times are shown in. */
export const TimeZoneContext = createContext<Zone>('utc');

export const useZone = (): Zone => useContext(TimeZoneContext);

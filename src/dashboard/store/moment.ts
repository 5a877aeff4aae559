import { createContext } from 'react';
import type { Feed } from './feed.ts';

/** The incident as it was at a moment of the past that is looked at instead of what is live; null while live. */
export const MomentContext = createContext<Feed | null>(null);

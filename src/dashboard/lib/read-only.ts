import { createContext, useContext } from 'react';

/** Why nothing can be decided or said here: the past is looked at, or a recording; undefined where it can. */
export const ReadOnlyContext = createContext<string | undefined>(undefined);

export const useReadOnly = (): string | undefined => useContext(ReadOnlyContext);

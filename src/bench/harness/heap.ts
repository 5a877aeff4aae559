import type { CDPSession } from '@playwright/test';

/** Bytes in use once what is not has been let go. */
export const heapOf = async (session: CDPSession): Promise<number> => {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
};

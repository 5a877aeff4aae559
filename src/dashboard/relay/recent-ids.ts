/** A stream that is opened again may repeat some of its last events; this is far more than any of them holds. */
const KEPT = 1_000;

/** The ids of the last events, to know one that comes again and to say where to go on. */
export const createRecentIds = () => {
  const ids = new Set<string>();
  let newest: string | undefined;
  return {
    /** False where it is known already. */
    add(id: string): boolean {
      if (ids.has(id)) return false;
      newest = id;
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > KEPT && oldest !== undefined) ids.delete(oldest);
      return true;
    },
    newest: (): string | undefined => newest,
  };
};

type Waiting = { expiresAt?: string | null | undefined; requestedAt: string };

const deadlineOf = ({ expiresAt }: Waiting): number =>
  expiresAt === null || expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);

/** The nearest deadline first; those without one last, in the order in which they were asked for. */
export const byDeadline = <Item extends Waiting>(items: readonly Item[]): Item[] =>
  [...items].sort((a, b) => {
    const [first, second] = [deadlineOf(a), deadlineOf(b)];
    return first === second ? Date.parse(a.requestedAt) - Date.parse(b.requestedAt) : first - second;
  });

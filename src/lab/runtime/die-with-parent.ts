import { endChildren } from './child.ts';

/** A child never outlives its parent, however that ends: then the channel closes. Its own children end before it does. */
export const dieWithParent = (beforeEnd: () => void = () => undefined): void => {
  let ended: Promise<void> | undefined;
  const end = (): void => {
    if (ended !== undefined) return;
    beforeEnd();
    ended = endChildren().then(() => process.exit(0));
  };
  process.on('disconnect', end);
  process.on('SIGTERM', end);
  // Ctrl-C reaches the whole group; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
};

/** The settings that `startChild` passed, read by the child's own schema. */
export const readSettings = <T>(schema: { parse: (value: unknown) => T }): T =>
  schema.parse(JSON.parse(process.env.LAB_SETTINGS ?? '{}'));

export const tellParent = (message: object): void => {
  process.send?.(message);
};

export const tellReady = (address: string): void => tellParent({ type: 'ready', address });

/** A child never outlives its parent: however that ends, the channel closes. */
export const dieWithParent = (): void => {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  // Ctrl-C reaches the whole group; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
};

const isSettings = (message: unknown): message is { type: 'settings'; settings: unknown } =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'settings';

/** The settings that `startChild` sent; the first message, so this has to be called before anything is awaited. */
export const receiveSettings = (): Promise<unknown> =>
  new Promise((resolve) => {
    const listen = (message: unknown): void => {
      if (!isSettings(message)) return;
      process.off('message', listen);
      resolve(message.settings);
    };
    process.on('message', listen);
  });

/** The same, read by the child's own schema. */
export const readSettings = async <T>(schema: { parse: (value: unknown) => T }): Promise<T> =>
  schema.parse(await receiveSettings());

/** A parent that is just ending hears nothing more, and that is no error of ours. */
export const tellParent = (message: object): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

export const tellReady = (address: string): void => tellParent({ type: 'ready', address });

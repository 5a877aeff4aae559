/** What a test keeps waiting until it opens it. */
export const createGate = (): { opened: Promise<void>; open(): void } => {
  let resolve = (): void => undefined;
  const opened = new Promise<void>((done) => {
    resolve = done;
  });
  return { opened, open: () => resolve() };
};

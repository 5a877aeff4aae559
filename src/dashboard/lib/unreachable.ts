/** Closes a `switch`: what reaches it is a case that nobody wrote. */
export const unreachable = (value: never): never => {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
};

/** An address as a URL has it. */
export const hostInUrl = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** Where, in a URL, a process that listens on this address reaches itself. */
export const loopbackOf = (address: string): string => {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '[::1]' : hostInUrl(address);
};

/**
 * From where a process that listens on this address has to call itself to be seen there as who it is; of several addresses
 * of a network the system would take the first. undefined: every address that it could take is a loopback one.
 */
export const sourceOf = (address: string): string | undefined =>
  /^(?:127\..*|::1|0\.0\.0\.0|::)$/.test(address) ? undefined : address;

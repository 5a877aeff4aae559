import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');

/** An address, or a range of them in CIDR notation (RFC 4632), such as `10.0.0.0/8` or `fd00::/8`. */
export const isAddressRange = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const most = familyOf(address) === 'ipv6' ? 128 : 32;
  return isIP(address) !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= most));
};

export type Proxies = {
  /** Whether what comes from this address is believed about the client before it. */
  isTrusted(address: string): boolean;
  /** Where a client is: the nearest address that is no proxy's, of those that the proxies before us name. */
  clientOf(request: IncomingMessage): string;
};

/**
 * The proxies that may stand before us: any on this machine, and those in the ranges. What listens on `own` alone is
 * reached from this machine, and by itself, from that address and not from a loopback one.
 */
export const createProxies = (ranges: readonly string[], own: () => string): Proxies => {
  const known = new BlockList();
  for (const range of ['127.0.0.0/8', '::1', ...ranges]) {
    const [address = '', bits] = range.split('/');
    if (bits === undefined) known.addAddress(address, familyOf(address));
    else known.addSubnet(address, Number(bits), familyOf(address));
  }
  const isTrusted = (address: string): boolean =>
    isIP(address) !== 0 && (address === own() || known.check(address, familyOf(address)));
  return {
    isTrusted,
    clientOf(request) {
      const said = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
      const hops = [...said.split(',').map((hop) => hop.trim()), request.socket.remoteAddress ?? ''].filter(Boolean);
      return hops.findLast((hop, index) => index === 0 || !isTrusted(hop)) ?? '';
    },
  };
};

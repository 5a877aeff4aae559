import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

export type Certificate = {
  name: string;
  service: string;
  role: 'server' | 'client';
  peer: string;
  subject: string;
  serial: string;
  notBefore: string;
  notAfter: string;
  issuer: string;
};
type Held = Certificate & { cert: string; key: string };

const DAY_MS = 24 * 3600 * 1000;
const VALID_MS = 90 * DAY_MS;
const ISSUER = 'Shop Internal CA';

/** Node makes the keys, in a twentieth of the time that JavaScript needs. */
const newKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });

const named = (value: string): forge.pki.CertificateField[] => [{ name: 'commonName', value }];

/** The shop's own certificate authority, and the certificates between its services. */
export const createAuthority = () => {
  const authorityKeys = newKeys();
  const signingKey = forge.pki.privateKeyFromPem(authorityKeys.privateKey);
  const held = new Map<string, Held>();

  const sign = (
    publicKey: string,
    subject: string,
    notBefore: number,
    notAfter: number,
    extensions: object[],
  ): { pem: string; serial: string } => {
    const certificate = forge.pki.createCertificate();
    // Positive, as RFC 5280 4.1.2.2 asks.
    const serial = `0${randomBytes(9).toString('hex').slice(1)}`;
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
    certificate.serialNumber = serial;
    certificate.validity.notBefore = new Date(notBefore);
    certificate.validity.notAfter = new Date(notAfter);
    certificate.setSubject(named(subject));
    certificate.setIssuer(named(ISSUER));
    certificate.setExtensions(extensions);
    certificate.sign(signingKey, forge.md.sha256.create());
    return { pem: forge.pki.certificateToPem(certificate), serial };
  };

  const ca = sign(authorityKeys.publicKey, ISSUER, Date.now() - DAY_MS, Date.now() + 3650 * DAY_MS, [
    { name: 'basicConstraints', cA: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true },
  ]).pem;

  return {
    issue: (
      of: Pick<Certificate, 'name' | 'service' | 'role' | 'peer'>,
      notAfter = Date.now() + VALID_MS,
      notBefore = Date.now() - 60_000,
    ): void => {
      const keys = newKeys();
      const { pem, serial } = sign(keys.publicKey, of.service, notBefore, notAfter, [
        { name: 'extKeyUsage', serverAuth: of.role === 'server', clientAuth: of.role === 'client' },
        { name: 'subjectAltName', altNames: [{ type: 2, value: of.service }] },
      ]);
      held.set(of.name, {
        ...of,
        subject: `CN=${of.service}`,
        serial,
        // A certificate knows whole seconds only.
        notBefore: new Date(Math.floor(notBefore / 1000) * 1000).toISOString(),
        notAfter: new Date(Math.floor(notAfter / 1000) * 1000).toISOString(),
        issuer: `CN=${ISSUER}`,
        cert: pem,
        key: keys.privateKey,
      });
    },
    list: (): Certificate[] => [...held.values()].map(({ cert: _, key: __, ...shown }) => shown),
    find: (name: string): Certificate | undefined => {
      const found = held.get(name);
      if (found === undefined) return undefined;
      const { cert: _, key: __, ...shown } = found;
      return shown;
    },
    /** What a TLS context of that side needs. */
    tlsOf: (service: string): Record<string, string> => {
      const mine = [...held.values()].find((one) => one.service === service);
      return mine === undefined ? {} : { ca, cert: mine.cert, key: mine.key };
    },
  };
};

export type Authority = ReturnType<typeof createAuthority>;

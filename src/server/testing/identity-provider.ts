import { createServer } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type Claims, complete } from './people.ts';

export type SigningKey = {
  kid: string;
  /** What the provider publishes of it. */
  jwk: JWK;
  /** The public half as PEM text. */
  pem: string;
  /** Null leaves the `kid` out of the header; `more` goes into it. */
  sign(claims?: Claims, kid?: string | null, more?: Record<string, unknown>): Promise<string>;
};

export const makeKey = async (alg: string, kid: string): Promise<SigningKey> => {
  const pair = await generateKeyPair(alg, { extractable: true });
  const sign = (claims: Claims = {}, named: string | null = kid, more: Record<string, unknown> = {}) =>
    new SignJWT(complete(claims))
      .setProtectedHeader({ ...more, alg, ...(named === null ? {} : { kid: named }) })
      .sign(pair.privateKey);
  return {
    kid,
    jwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' },
    pem: await exportSPKI(pair.publicKey),
    sign,
  };
};

/** An identity provider that publishes its keys on loopback, and counts how often it was asked for them. */
export const startIdentityProvider = async (published: readonly SigningKey[] = []) => {
  let keys: readonly JWK[] = published.map(({ jwk }) => jwk);
  let asked = 0;
  let status = 200;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}/jwks.json`),
    asked: () => asked,
    publish(next: readonly SigningKey[]): void {
      keys = next.map(({ jwk }) => jwk);
    },
    /** From now on it answers with this status. */
    answerWith(next: number): void {
      status = next;
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;

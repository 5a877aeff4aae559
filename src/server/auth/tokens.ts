import { createRemoteJWKSet, decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { Role } from '../../protocol/values.ts';
import type { Config } from '../config.ts';
import type { Person } from './principal.ts';

/** Why a token was refused, in words that are safe to send back. */
export class TokenRefused extends Error {
  override name = 'TokenRefused';
}

export type Tokens = {
  /** Throws `TokenRefused`. */
  verify(token: string): Promise<Person>;
};

const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const SKEW_S = 5;

const Claims = z.looseObject({
  sub: z.string().min(1),
  email: z.string().optional(),
  name: z.string().optional(),
  tenant_id: z.string().min(1),
  roles: z.array(z.string()).optional(),
  role: z.string().optional(),
  exp: z.number(),
});

const readPerson = (payload: JWTPayload): Person => {
  const claims = Claims.safeParse(payload);
  if (!claims.success) throw new TokenRefused('The token lacks sub, tenant_id or exp.');
  const { sub, email, name, tenant_id, roles, role, exp } = claims.data;
  const known = (roles ?? (role === undefined ? [] : [role])).filter(
    (entry) => Role.safeParse(entry).success,
  ) as Role[];
  if (known.length === 0) throw new TokenRefused('The token has neither the role admin nor member.');
  return {
    kind: 'person',
    userId: sub,
    email: email ?? '',
    name: name ?? email ?? sub,
    tenantId: tenant_id,
    roles: known,
    expiresAt: exp * 1000,
  };
};

/** HS256 with a secret, or any asymmetric algorithm through a JWKS; `exp` is required, `iss` and `aud` where configured. */
export const createTokens = (signIn: Exclude<Config['signIn'], { mode: 'upstream' | 'demo' }>): Tokens => {
  const bounds = {
    ...(signIn.issuer === undefined ? {} : { issuer: signIn.issuer }),
    ...(signIn.audience === undefined ? {} : { audience: signIn.audience }),
    requiredClaims: ['exp'],
    clockTolerance: SKEW_S,
  };
  const secret = signIn.mode === 'secret' ? new TextEncoder().encode(signIn.secret) : undefined;
  const keySet: JWTVerifyGetKey | undefined = signIn.mode === 'jwks' ? createRemoteJWKSet(signIn.url) : undefined;
  const check = (token: string) =>
    secret !== undefined
      ? jwtVerify(token, secret, { ...bounds, algorithms: ['HS256'] })
      : keySet !== undefined
        ? jwtVerify(token, keySet, { ...bounds, algorithms: ASYMMETRIC })
        : Promise.reject(new TokenRefused('No keys are configured.'));
  return {
    async verify(token) {
      const verified = await check(token).catch((error: unknown) => {
        throw error instanceof TokenRefused ? error : new TokenRefused('The token is not valid or has expired.');
      });
      return readPerson(verified.payload);
    },
  };
};

/** Tokens that only the upstream can verify: read for their tenant and expiry, and trusted with nothing of ours. */
export const createUpstreamTokens = (): Tokens => ({
  async verify(token) {
    try {
      const person = readPerson(decodeJwt(token));
      if (person.expiresAt <= Date.now()) throw new TokenRefused('The token has expired.');
      return person;
    } catch (error) {
      throw error instanceof TokenRefused ? error : new TokenRefused('The token cannot be read.');
    }
  },
});

/** Makes the demo's tokens. */
export const signToken = (
  secret: string,
  person: Omit<Person, 'kind' | 'expiresAt'>,
  lifetimeS: number,
): Promise<string> =>
  new SignJWT({ email: person.email, name: person.name, tenant_id: person.tenantId, roles: [...person.roles] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(person.userId)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeS}s`)
    .sign(new TextEncoder().encode(secret));

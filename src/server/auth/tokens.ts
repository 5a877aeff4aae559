import { type CryptoKey, decodeJwt, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { Role } from '../../protocol/values.ts';
import type { Config } from '../config.ts';
import { createKeySet, KeysUnavailable } from './jwks.ts';
import { type Person, TenantId } from './principal.ts';

/** Why a token was refused, in words that are safe to send back. */
export class TokenRefused extends Error {
  override name = 'TokenRefused';
}

export type Tokens = {
  /** False where only an upstream can tell whether a token is genuine: until it has, anybody may be named in one. */
  areVerified: boolean;
  /** Throws `TokenRefused`; `KeysUnavailable` where the keys to verify with cannot be had. */
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
/** How far the clock of who signs may be from ours, for `exp` and `nbf`. */
const CLOCK_SKEW_S = 5;
/** The last second that every date of ours can say, at the end of the year 9999. */
const LAST_EXP_S = 253_402_300_799;

const Claims = z.looseObject({
  sub: z.string().min(1),
  email: z.string().optional(),
  name: z.string().optional(),
  tenant_id: TenantId,
  roles: z.array(z.string()).optional(),
  role: z.string().optional(),
  exp: z.number().max(LAST_EXP_S),
});

const readPerson = (payload: JWTPayload): Person => {
  const claims = Claims.safeParse(payload);
  if (!claims.success) throw new TokenRefused('The token lacks a usable sub, tenant_id or exp.');
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

type Verifiable = Exclude<Config['signIn'], { mode: 'upstream' | 'demo' }>;
type Check = (token: string) => Promise<JWTPayload>;

/** A token that names no key is tried with every key of its kind. */
const verifyWithAny = async (token: string, candidates: AsyncIterable<CryptoKey>, options: JWTVerifyOptions) => {
  for await (const key of candidates) {
    const verified = await jwtVerify(token, key, options).catch((error: unknown) => {
      if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
      throw error;
    });
    if (verified !== undefined) return verified.payload;
  }
  throw new errors.JWSSignatureVerificationFailed();
};

const checkOf = (signIn: Verifiable, bounds: JWTVerifyOptions): Check => {
  if (signIn.mode === 'secret') {
    const secret = new TextEncoder().encode(signIn.secret);
    const options = { ...bounds, algorithms: ['HS256'] };
    return async (token) => (await jwtVerify(token, secret, options)).payload;
  }
  const keys = createKeySet(signIn.url);
  const options = { ...bounds, algorithms: ASYMMETRIC };
  return async (token) => {
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return verifyWithAny(token, error, options);
      throw error;
    }
  };
};

/** HS256 with a secret, or any asymmetric algorithm through a JWKS; `exp` is required, `iss` and `aud` where configured. */
export const createTokens = (signIn: Verifiable): Tokens => {
  const bounds = {
    ...(signIn.issuer === undefined ? {} : { issuer: signIn.issuer }),
    ...(signIn.audience === undefined ? {} : { audience: signIn.audience }),
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_SKEW_S,
  };
  const check = checkOf(signIn, bounds);
  return {
    areVerified: true,
    async verify(token) {
      const payload = await check(token).catch((error: unknown) => {
        throw error instanceof KeysUnavailable ? error : new TokenRefused('The token is not valid or has expired.');
      });
      return readPerson(payload);
    },
  };
};

/** Tokens that only the upstream can verify: read for their tenant and expiry, and trusted with nothing of ours. */
export const createUpstreamTokens = (): Tokens => ({
  areVerified: false,
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

import { base64url, SignJWT } from 'jose';

/** What the servers of the tests are configured with. */
export const JWT_SECRET = 'a-secret-of-the-tests-0123456789abcdef';
export const TENANT = 'ten_a';
export const OTHER_TENANT = 'ten_b';
export const AGENT_KEY = 'cflo_agentA';
export const OTHER_AGENT_KEY = 'cflo_agentB';

export type Claims = {
  sub?: string;
  email?: string;
  name?: string;
  tenant_id?: string;
  roles?: unknown;
  role?: string;
  iss?: string;
  aud?: string | readonly string[];
  nbf?: number;
  /** Unix seconds; null leaves it out. */
  exp?: number | null;
};

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** The claims of a valid token, but for those that are given. */
export const complete = ({ exp = inSeconds(3600), ...claims }: Claims): Record<string, unknown> => ({
  sub: 'usr_ana',
  email: 'ana@a.example',
  tenant_id: TENANT,
  ...(claims.role === undefined ? { roles: ['admin'] } : {}),
  ...claims,
  ...(exp === null ? {} : { exp }),
});

export const signed = (claims: Claims = {}, secret = JWT_SECRET, alg = 'HS256'): Promise<string> =>
  new SignJWT(complete(claims)).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

export const admin = (): Promise<string> => signed();
export const secondAdmin = (): Promise<string> => signed({ sub: 'usr_bea', email: 'bea@a.example' });
export const member = (): Promise<string> => signed({ sub: 'usr_max', email: 'max@a.example', roles: ['member'] });
export const stranger = (): Promise<string> =>
  signed({ sub: 'usr_zoe', email: 'zoe@b.example', tenant_id: OTHER_TENANT });
/** Well past any tolerance for clocks that differ. */
export const expired = (): Promise<string> => signed({ exp: inSeconds(-120) });
export const expiringIn = (seconds: number): Promise<string> => signed({ exp: inSeconds(seconds) });
export const unsigned = (): string =>
  `${base64url.encode('{"alg":"none","typ":"JWT"}')}.${base64url.encode(JSON.stringify(complete({})))}.`;

export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });
export const withKey = (key: string): { 'x-api-key': string } => ({ 'x-api-key': key });

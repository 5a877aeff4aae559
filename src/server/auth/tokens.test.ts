import { createHmac } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type IdentityProvider,
  makeKey,
  type SigningKey,
  startIdentityProvider,
} from '../testing/identity-provider.ts';
import { type Claims, complete, JWT_SECRET, signed, unsigned } from '../testing/people.ts';
import { KeysUnavailable } from './jwks.ts';
import { createTokens, TokenRefused, type Tokens } from './tokens.ts';

const NOW_S = Date.UTC(2030, 0, 1) / 1000;

/** Only what the time is; everything that waits waits as ever. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_S * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that somebody makes by hand. */
const forged = (header: Record<string, unknown>, secret: string | Buffer, claims: Claims = {}): string => {
  const text = `${encode(header)}.${encode(complete({ exp: NOW_S + 600, ...claims }))}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};

const refusedBy = async (tokens: Tokens, token: string): Promise<void> => {
  await expect(tokens.verify(token)).rejects.toBeInstanceOf(TokenRefused);
};

describe('a token signed with the shared secret', () => {
  const tokens = createTokens({ mode: 'secret', secret: JWT_SECRET });
  const token = (claims: Claims) => signed({ exp: NOW_S + 600, ...claims });

  it('says who it is, with a list of roles or a single one', async () => {
    expect(await tokens.verify(await token({ roles: ['member', 'owner', 'admin'] }))).toEqual({
      kind: 'person',
      userId: 'usr_ana',
      email: 'ana@a.example',
      name: 'ana@a.example',
      tenantId: 'ten_a',
      roles: ['member', 'admin'],
      expiresAt: (NOW_S + 600) * 1000,
    });
    expect((await tokens.verify(await token({ role: 'member' }))).roles).toEqual(['member']);
    expect((await tokens.verify(await token({ role: 'admin', roles: ['member'] }))).roles).toEqual(['member']);
  });

  it.each<[string, Claims]>([
    ['no exp', { exp: null }],
    ['an exp that is no time', { exp: 1e17 }],
    ['no role that we know', { roles: ['owner'] }],
    ['roles that are no list', { roles: 'admin' }],
    ['no roles', { roles: [] }],
    ['no subject', { sub: '' }],
    ['no tenant', { tenant_id: '' }],
    ['a tenant that could be taken for another’s thing', { tenant_id: 'ten_a/inc_1' }],
    ['a tenant that no header can hold', { tenant_id: 'ten_a\r\nX-Admin: 1' }],
  ])('is refused with %s', async (_, claims) => {
    await refusedBy(tokens, await token(claims));
  });

  it('is taken for five seconds past its end and before its beginning, for clocks differ, and no longer', async () => {
    for (const claims of [{ exp: NOW_S - 4 }, { nbf: NOW_S + 5 }]) await tokens.verify(await token(claims));
    for (const claims of [{ exp: NOW_S - 5 }, { exp: NOW_S - 60 }, { nbf: NOW_S + 6 }, { nbf: NOW_S + 3600 }]) {
      await refusedBy(tokens, await token(claims));
    }
  });

  it('is refused where it is signed by nobody, by somebody else, otherwise, or changed', async () => {
    const good = await token({});
    const [header = '', body = '', signature = ''] = good.split('.');
    const promoted = encode(complete({ exp: NOW_S + 600, sub: 'usr_eve' }));
    for (const bad of [
      unsigned(),
      `${encode({ alg: 'none' })}.${body}.`,
      `${encode({ alg: 'None' })}.${body}.${signature}`,
      `${header}.${body}.`,
      `${header}.${body}`,
      `${header}.${promoted}.${signature}`,
      await signed({ exp: NOW_S + 600 }, 'another-secret-0123456789abcdef01'),
      await signed({ exp: NOW_S + 600 }, JWT_SECRET, 'HS384'),
      await signed({ exp: NOW_S + 600 }, JWT_SECRET, 'HS512'),
      forged({ alg: 'HS256', crit: ['exp'] }, JWT_SECRET),
      '',
      '..',
    ]) {
      await refusedBy(tokens, bad);
    }
    expect(await tokens.verify(forged({ alg: 'HS256' }, JWT_SECRET))).toMatchObject({ userId: 'usr_ana' });
  });

  it('must have the issuer and the audience where they are configured', async () => {
    const strict = createTokens({ mode: 'secret', secret: JWT_SECRET, issuer: 'https://id.example', audience: 'live' });
    const iss = 'https://id.example';
    for (const aud of ['live', ['other', 'live']]) await strict.verify(await token({ iss, aud }));
    for (const claims of [{}, { iss }, { aud: 'live' }, { iss, aud: 'Live' }, { iss: `${iss}/`, aud: 'live' }]) {
      await refusedBy(strict, await token(claims));
    }
    await tokens.verify(await token({ iss: 'https://anybody.example', aud: 'anything' }));
  });
});

describe('a token of an identity provider', () => {
  let provider: IdentityProvider;
  let tokens: Tokens;
  let first: SigningKey;
  let second: SigningKey;
  const claims = (): Claims => ({ exp: Math.floor(Date.now() / 1000) + 600 });

  beforeAll(async () => {
    [first, second] = await Promise.all([makeKey('ES256', 'first'), makeKey('ES256', 'second')]);
  });
  beforeEach(async () => {
    provider = await startIdentityProvider([first]);
    tokens = createTokens({ mode: 'jwks', url: provider.url });
  });
  afterEach(() => provider.stop());

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])('is verified where it is signed with %s', async (alg) => {
    const [key, other] = await Promise.all([makeKey(alg, 'its'), makeKey(alg, 'its')]);
    provider.publish([key]);
    expect(await tokens.verify(await key.sign(claims()))).toMatchObject({ userId: 'usr_ana', tenantId: 'ten_a' });
    await refusedBy(tokens, await other.sign(claims()));
    await refusedBy(tokens, await key.sign({ exp: NOW_S - 5 }));
    await refusedBy(tokens, await key.sign({ exp: null }));
  });

  it('is refused where the public key was taken for a shared secret, or nothing was signed', async () => {
    for (const kid of [{ kid: 'first' }, {}]) {
      for (const secret of [first.pem, JSON.stringify(first.jwk), JWT_SECRET]) {
        await refusedBy(tokens, forged({ alg: 'HS256', ...kid }, secret));
      }
      await refusedBy(tokens, `${encode({ alg: 'none', ...kid })}.${encode(complete(claims()))}.`);
    }
  });

  it('brings no key of its own', async () => {
    const eve = await makeKey('ES256', 'first');
    await refusedBy(tokens, await eve.sign(claims()));
    for (const more of [{ jwk: eve.jwk }, { jku: provider.url.href }, { x5u: provider.url.href }]) {
      await refusedBy(tokens, await eve.sign(claims(), 'first', more));
      await refusedBy(tokens, await eve.sign(claims(), null, more));
    }
  });

  it('is found by its kid, or among all keys where it names none', async () => {
    provider.publish([first, second]);
    for (const key of [first, second]) {
      await tokens.verify(await key.sign(claims()));
      await tokens.verify(await key.sign(claims(), null));
    }
    await refusedBy(tokens, await first.sign(claims(), 'second'));
    await refusedBy(tokens, await (await makeKey('ES256', 'third')).sign(claims(), null));
  });

  it('has its keys fetched once, and once more after ten minutes', async () => {
    const verify = async () => tokens.verify(await first.sign(claims()));
    await Promise.all(Array.from({ length: 20 }, verify));
    pass(599);
    await verify();
    expect(provider.asked()).toBe(1);
    pass(2);
    await verify();
    expect(provider.asked()).toBe(2);
  });

  it('of a new key is taken as soon as the provider has it, and unknown keys ask at most every 30 seconds', async () => {
    await tokens.verify(await first.sign(claims()));
    provider.publish([second]);
    for (let attempt = 0; attempt < 50; attempt += 1) {
      await refusedBy(tokens, await first.sign(claims(), `made-up-${attempt}`));
    }
    await refusedBy(tokens, await second.sign(claims()));
    expect(provider.asked()).toBe(1);
    pass(31);
    await tokens.verify(await second.sign(claims()));
    await refusedBy(tokens, await first.sign(claims()));
    for (let attempt = 0; attempt < 50; attempt += 1) {
      await refusedBy(tokens, await first.sign(claims(), `made-up-${attempt}`));
    }
    expect(provider.asked()).toBe(2);
  });

  it.each([
    ['answers with a failure', () => provider.answerWith(500)],
    ['sends us elsewhere', () => provider.answerWith(302)],
    ['is not there', () => provider.stop()],
  ])('is neither taken nor refused while the provider %s, which is asked every two seconds', async (_, fail) => {
    const token = await first.sign(claims());
    await fail();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(tokens.verify(token)).rejects.toBeInstanceOf(KeysUnavailable);
    }
    expect(provider.asked()).toBeLessThanOrEqual(1);
  });

  it('is taken again once the provider has come back, and was all the time where its key was known', async () => {
    const known = await first.sign(claims());
    await tokens.verify(known);
    provider.answerWith(503);
    pass(60);
    await tokens.verify(known);
    await expect(tokens.verify(await second.sign(claims()))).rejects.toBeInstanceOf(KeysUnavailable);
    // From here on what we know is too old to be trusted.
    pass(560);
    await expect(tokens.verify(await first.sign(claims()))).rejects.toBeInstanceOf(KeysUnavailable);
    provider.answerWith(200);
    pass(2);
    expect(await tokens.verify(await first.sign(claims()))).toMatchObject({ userId: 'usr_ana' });
  });
});

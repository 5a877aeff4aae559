import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';

/** A token with an unknown `kid` has the keys fetched anew, but no sooner than this after the last time. */
const COOLDOWN_MS = 30_000;
/** Keys are used for so long without being fetched anew: a key that was withdrawn is refused after it at the latest. */
const MAX_AGE_MS = 600_000;
const FETCH_TIMEOUT_MS = 5_000;
/** A fetch that failed begins no cool-down; the next one waits for this long all the same. */
const RETRY_AFTER_MS = 2_000;

/** The identity provider's keys cannot be had at the moment; that says nothing about the token. */
export class KeysUnavailable extends Error {
  override name = 'KeysUnavailable';
}

/** The keys were looked through, and none is for this token. */
const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/**
 * The keys behind a JWKS address, fetched when the first token comes and found by the token's `kid`. Neither unknown
 * kids nor an address that does not answer are asked for more often than the constants say. Throws `KeysUnavailable`
 * where no fresh keys can be had, and jose's own errors where none of them fits.
 */
export const createKeySet = (url: URL): JWTVerifyGetKey => {
  let askedAt = Number.NEGATIVE_INFINITY;
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    [customFetch]: async (address, options) => {
      if (Date.now() - askedAt < RETRY_AFTER_MS) throw new KeysUnavailable('The keys were asked for a moment ago.');
      askedAt = Date.now();
      return fetch(address, options);
    },
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      throw isAboutToken(error) ? error : new KeysUnavailable('The keys cannot be fetched.', { cause: error });
    }
  };
};

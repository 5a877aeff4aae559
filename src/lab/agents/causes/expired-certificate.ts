import type { Case } from '../case.ts';
import type { Facts, SeriesShift } from '../facts.ts';
import type { Lane } from '../lane.ts';
import type { Remedy } from '../plans/remedy.ts';
import type { Certificate } from '../tools/platform.ts';
import { clock, span } from '../words.ts';
import { type CauseFinder, type Clue, isFeltAt, risesOf, type Tested } from './cause.ts';

const rotate = ({ name, service, serial }: Certificate): Remedy => {
  const args = { certificate: name };
  return {
    title: `Issue a new certificate ${name}`,
    description: `Replaces the expired certificate of ${service} (serial ${serial}) with one for 90 days; both sides take it up.`,
    service,
    risk: 'low',
    operation: { type: 'rotate_certificate', args },
    step: `New certificate for ${name}`,
    command: `certificates rotate ${name}`,
    expectedEffect: 'New connections succeed within seconds; no restart',
    facts: [
      {
        statement: `${name} is expired`,
        observed: 'expired',
        check: { kind: 'state', type: 'rotate_certificate', args, field: 'expired', anyOf: [true] },
      },
      {
        statement: `Nobody has replaced it yet (serial ${serial})`,
        observed: `serial is ${serial}`,
        check: { kind: 'state', type: 'rotate_certificate', args, field: 'serial', anyOf: [serial] },
      },
    ],
    expect: ['serial'],
    undo: {
      reversibility: 'irreversible',
      description: 'The expired certificate is of no use to anybody; there is nothing to go back to',
    },
    impact: { itself: 'Takes up the new certificate', dependents: 'Calls succeed again' },
  };
};

type Failing = { rise: SeriesShift | undefined; logged: Facts['logs'][number] | undefined };

/**
 * Calls that began to fail for want of a certificate. In TLS 1.3 whoever refuses a client's certificate does so after
 * the handshake: the client then often sees no alert, only a connection that was reset (RFC 8446, section 4.4.2).
 */
const failingFor = (facts: Facts, { service, peer }: Certificate): Failing => {
  const rises = (status: string): readonly SeriesShift[] =>
    risesOf(facts, { metric: 'http_client_duration_seconds', operation: 'rate', labels: { status } });
  const ends: readonly unknown[] = [service, peer];
  const isBetween = ({ labels }: SeriesShift): boolean => ends.includes(labels.service) && ends.includes(labels.to);
  return {
    rise: rises('tls')[0] ?? rises('refused').find(isBetween),
    logged: facts.logs.find(({ pattern }) => /certificate|tls|ssl|cert_/i.test(pattern)),
  };
};

const test = async (work: Case, lane: Lane, facts: Facts, certificate: Certificate): Promise<Tested | undefined> => {
  const { name, service, peer } = certificate;
  const found = await lane.use(
    'check_certificate',
    `Is ${name} expired, and did the failures begin when it did?`,
    { certificate: name },
    async () => {
      const [now, all] = await Promise.all([
        work.platform.state({ type: 'rotate_certificate', args: { certificate: name } }),
        work.platform.certificates(),
      ]);
      const fresh = all.find((one) => one.name === name) ?? certificate;
      const lines = [
        `${name}: valid from ${fresh.notBefore} until ${fresh.notAfter}, serial ${fresh.serial}, expired: ${String(now.expired)}`,
      ];
      return {
        value: { expired: now.expired === true, notAfter: Date.parse(fresh.notAfter), fresh },
        says: lines[0] ?? '',
        lines,
      };
    },
  );
  if (found === undefined) return undefined;
  const { expired, notAfter, fresh } = found.value;
  const cite = lane.evidence(found, name, (value) => ({
    type: 'alert',
    source: 'certificates',
    severity: 'critical',
    summary: `${name}: valid until ${value.fresh.notAfter}`,
  }));
  if (!expired) return { weight: 'decisive against', because: `${name} is valid`, cited: [cite()] };
  const { rise: failing, logged } = failingFor(facts, certificate);
  const gapMs = facts.onset.at - notAfter;
  // Connections that were open go on for a while: failures may begin later than the expiry, never much before it.
  const fits = facts.onset.isAssumed || gapMs > -20_000;
  const cited = [cite(), ...(failing === undefined ? [] : [failing.cite()])];
  if (!fits) return { weight: 'strong against', because: `It began ${span(-gapMs)} before ${name} expired`, cited };
  if (failing === undefined && logged === undefined)
    return { weight: 'for', because: `${name} is expired, but no call fails for that`, cited };
  return {
    weight: 'decisive for',
    because: `${name} expired at ${clock(notAfter)}, and calls that need it fail since`,
    cited: [...cited, ...(logged === undefined ? [] : [logged.cite()])],
    statement: `The certificate ${name} of ${service} has expired`,
    rootCause: `The certificate ${name} of ${service} expired at ${clock(notAfter)} (${fresh.notAfter}). Since then ${failing?.labels.service ?? peer ?? 'its peer'} cannot connect to ${failing?.labels.to ?? service}: the other side refuses it.`,
    chain: [
      { label: `${name} expired`, at: notAfter, cited: [cite()] },
      {
        label: `Connections between ${failing?.labels.service ?? service} and ${failing?.labels.to ?? peer ?? 'its peer'} are refused`,
        at: facts.onset.at,
        cited: failing === undefined ? cited : [failing.cite()],
      },
    ],
    remedies: [rotate(fresh)],
  };
};

/** A certificate past its end, on a connection that fails. */
export const expiredCertificate: CauseFinder = (facts) =>
  facts.infra.certificates
    .filter(({ notAfter }) => Date.parse(notAfter) < facts.now)
    .map((certificate) => {
      const { name, service, peer, notAfter } = certificate;
      const { rise, logged } = failingFor(facts, certificate);
      const citeCertificates = facts.infra.cite.certificates;
      const ends = [service, peer ?? ''];
      const isOnEdge =
        rise === undefined || ends.includes(rise.labels.service ?? '') || ends.includes(rise.labels.to ?? '');
      const clues: Clue[] = [
        {
          weight: 'strong for',
          because: `${name} expired at ${clock(Date.parse(notAfter))}`,
          cite: citeCertificates === undefined ? [] : [citeCertificates],
        },
        ...(rise === undefined
          ? []
          : [
              {
                weight: isOnEdge ? ('strong for' as const) : ('strong against' as const),
                because: `${rise.labels.status === 'tls' ? 'TLS handshakes' : 'Connections'} of ${rise.labels.service ?? ''} with ${rise.labels.to ?? ''} fail: ${rise.after.toFixed(2)}/s`,
                cite: [rise.cite],
              },
            ]),
        ...(logged === undefined
          ? []
          : [{ weight: 'for' as const, because: `${logged.service} logs “${logged.pattern}”`, cite: [logged.cite] }]),
        ...(rise === undefined && logged === undefined
          ? [{ weight: 'strong against' as const, because: 'No connection fails for a certificate', cite: [] }]
          : []),
        ...(isFeltAt(facts, service) || (peer !== undefined && peer !== null && isFeltAt(facts, peer))
          ? []
          : [
              {
                weight: 'against' as const,
                because: `${facts.symptom.objective.service} does not depend on it`,
                cite: [facts.symptom.cite],
              },
            ]),
      ];
      return {
        kind: 'expired_certificate',
        service,
        subject: name,
        statement: `The certificate ${name} of ${service} has expired`,
        agentName: 'Infrastructure',
        prior: 0.2,
        why: 'A certificate is past its end',
        clues,
        beganAt: Date.parse(notAfter),
        check: 'Did the failures begin when it expired, and on the connection that needs it?',
        test: (work, lane) => test(work, lane, facts, certificate),
      };
    });

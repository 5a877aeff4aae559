import { fieldsOf } from '../runtime/fields.ts';
import type { Authority, Certificate } from './certificates.ts';
import type { Change, ChangeFeed } from './change-feed.ts';
import type { Configuration } from './configuration.ts';
import type { Build, Release } from './managed.ts';
import type { Supervisor } from './supervisor.ts';

export type ActsOptions = {
  supervisor: Supervisor;
  configuration: Configuration;
  authority: Authority;
  feed: ChangeFeed;
};

/** What people, pipelines and agents do to the shop; each is done and then in the change feed. */
export const createActs = ({ supervisor, configuration, authority, feed }: ActsOptions) => {
  const deploy = async (
    service: string,
    release: { version: string; author: string; build: Build; notes: string[] },
  ): Promise<Change> => {
    const { before, after } = await supervisor.release(service, release);
    const { author, notes } = release;
    return feed.add({ kind: 'deploy', service, title: service, author, before, after, notes });
  };

  const configure = async (service: string, key: string, value: string, author: string): Promise<Change> => {
    const { before } = configuration.set(service, key, value);
    await supervisor.call(service, 'config', { key, value });
    return feed.add({ kind: 'config', service, title: key, author, before, after: value });
  };

  return {
    deploy,
    configure,
    /** The release that a rollback would run: the one before, or the one asked for. */
    releaseBefore: (service: string, version: string | undefined): Release | undefined => {
      const { releases } = supervisor.of(service);
      return version === undefined ? releases[1] : releases.find((one) => one.version === version);
    },
    migrate: async (
      service: string,
      migration: { file: string; up: string; down?: string },
      author: string,
    ): Promise<{ change: Change; durationMs: number }> => {
      const { file, up, down } = migration;
      if (!/^\d{4,}_[a-z0-9_]+\.sql$/.test(file)) throw new Error(`${file} is no name for a migration`);
      const durationMs = fieldsOf(await supervisor.call(service, 'migrate', { file, up }), 'the answer').number(
        'durationMs',
      );
      const change = feed.add({
        kind: 'migration',
        service,
        title: file,
        author,
        statement: up,
        ...(down === undefined ? {} : { down }),
      });
      return { change, durationMs };
    },
    sql: async (service: string, sql: string, params: unknown = []): Promise<Record<string, unknown>> => {
      const answer = await supervisor.call(service, 'sql', { sql, params });
      return typeof answer === 'object' && answer !== null ? { ...answer } : {};
    },
    job: async (job: string, author: string, chunks: number, inOne: boolean): Promise<Change> => {
      await supervisor.call('worker', 'job', { job, author, chunks, inOne });
      return feed.add({ kind: 'job', service: 'worker', title: job, author });
    },
    /** Issues the certificate anew and hands it to its side. */
    certify: async (certificate: Certificate, notAfter?: number, notBefore?: number): Promise<void> => {
      authority.issue(certificate, notAfter, notBefore);
      await supervisor.call(certificate.service, 'certificates', { tls: authority.tlsOf(certificate.service) });
    },
    record: (service: string, title: string, author: string, more: { before?: string; after?: string } = {}): Change =>
      feed.add({ kind: 'operation', service, title, author, ...more }),
  };
};

export type Acts = ReturnType<typeof createActs>;

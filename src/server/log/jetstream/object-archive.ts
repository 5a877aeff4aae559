import { type JetStreamClient, StorageType } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import type { Archive } from '../../cluster/archive.ts';
import { streamOf } from './object-stream.ts';

async function* encoded(parts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield Buffer.from(part);
}

/** An archive in JetStream's object store: an object a record, its version among the object's metadata. */
export const openObjectArchive = async (js: JetStreamClient, bucket: string, replicas: number): Promise<Archive> => {
  const store = await new Objm(js).create(bucket, {
    replicas,
    storage: StorageType.File,
    description: 'Records of incidents that have ended, as tenant/incident.jsonl.',
  });
  return {
    version: async (name) => (await store.info(name))?.metadata?.version,
    async keep(name, version, parts) {
      await store.put({ name, metadata: { version } }, streamOf(encoded(parts)));
    },
  };
};

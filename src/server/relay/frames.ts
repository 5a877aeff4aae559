import { MAX_BATCH_EVENTS } from '../../protocol/connection.ts';

const FINAL_TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The bytes of one final text frame as a server sends it, unmasked (RFC 6455 §5.2): the same for whoever gets it. */
export const textFrame = (text: string): Buffer => {
  const length = Buffer.byteLength(text);
  const from = length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(from + length);
  bytes[0] = FINAL_TEXT;
  bytes[1] = from === 2 ? length : from === 4 ? LENGTH_16 : LENGTH_64;
  if (from === 4) bytes.writeUInt16BE(length, 2);
  if (from === 10) bytes.writeBigUInt64BE(BigInt(length), 2);
  bytes.write(text, from);
  return bytes;
};

const batchFrames = (texts: readonly string[]): Buffer[] => {
  const frames: Buffer[] = [];
  for (let from = 0; from < texts.length; from += MAX_BATCH_EVENTS) {
    const part = texts.slice(from, from + MAX_BATCH_EVENTS);
    frames.push(textFrame(part.length === 1 ? (part[0] ?? '') : `[${part.join(',')}]`));
  }
  return frames;
};

/** Notifications one after the other as bytes to write at once: a frame each, or in batches where those are wanted. */
export const encodeFrames = (texts: readonly string[], batch: boolean): Buffer => {
  const frames = batch ? batchFrames(texts) : texts.map(textFrame);
  const [only] = frames;
  return frames.length === 1 && only !== undefined ? only : Buffer.concat(frames);
};

/** The frames of the same notifications for many readers, encoded when the first of them asks. */
export type SharedFrames = (batch: boolean) => Buffer;

export const shareFrames = (texts: () => readonly string[]): SharedFrames => {
  let single: Buffer | undefined;
  let batched: Buffer | undefined;
  return (batch) => {
    if (batch) {
      batched ??= encodeFrames(texts(), true);
      return batched;
    }
    single ??= encodeFrames(texts(), false);
    return single;
  };
};

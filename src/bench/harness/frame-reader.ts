const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** How many bytes the frame at `at` has with its header; 0 where that is not known yet. A server masks none. */
const sizeAt = (bytes: Buffer, at: number): number => {
  const has = bytes.length - at;
  if (has < 2) return 0;
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length < LENGTH_16) return 2 + length;
  if (length === LENGTH_16) return has < 4 ? 0 : 4 + bytes.readUInt16BE(at + 2);
  return has < 10 ? 0 : 10 + Number(bytes.readBigUInt64BE(at + 2));
};

const headerBytes = (second: number): number => {
  const length = second & 0x7f;
  return length === LENGTH_64 ? 10 : length === LENGTH_16 ? 4 : 2;
};

/**
 * Cuts what a server sends into frames (RFC 6455 §5.2) at the cost of little more than the copy of one that comes in
 * pieces. A payload is a view: it holds until `onFrame` returns.
 */
export const createFrameReader = (onFrame: (opcode: number, payload: Buffer) => void): ((chunk: Buffer) => void) => {
  let parts: Buffer[] = [];
  let held = 0;
  let need = 0;

  const keep = (bytes: Buffer, size: number): void => {
    parts.push(Buffer.from(bytes));
    held += bytes.length;
    need = size;
  };

  return (chunk) => {
    if (held > 0 && held + chunk.length < need) return keep(chunk, need);
    const bytes = held === 0 ? chunk : Buffer.concat([...parts, chunk]);
    parts = [];
    held = 0;
    let at = 0;
    while (at < bytes.length) {
      const size = sizeAt(bytes, at);
      if (size === 0 || at + size > bytes.length) return keep(bytes.subarray(at), size);
      const from = at + headerBytes(bytes[at + 1] ?? 0);
      onFrame((bytes[at] ?? 0) & 0x0f, bytes.subarray(from, at + size));
      at += size;
    }
  };
};

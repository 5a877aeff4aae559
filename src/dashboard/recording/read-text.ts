const GZIP = [0x1f, 0x8b] as const;

/** The text of a file or an answer, unpacked where it is gzip: some servers unpack on their own, others don't. */
export const readText = async (source: Blob): Promise<string> => {
  const start = new Uint8Array(await source.slice(0, GZIP.length).arrayBuffer());
  if (GZIP.some((byte, index) => start[index] !== byte)) return source.text();
  return new Response(source.stream().pipeThrough(new DecompressionStream('gzip'))).text();
};

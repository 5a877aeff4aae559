export type StreamedEvent = { id: string | undefined; event: string | undefined; data: Record<string, unknown> };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const readBlock = (block: string): StreamedEvent | undefined => {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const text = field('data');
  if (text === undefined) return undefined;
  const data: unknown = JSON.parse(text);
  return isRecord(data) ? { id: field('id'), event: field('event'), data } : undefined;
};

/** Opens a stream of server-sent events and keeps what comes; whoever opens it has to `close` it. */
export const openEventStream = async (url: string, headers: Record<string, string> = {}) => {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const events: StreamedEvent[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      events.push(...blocks.flatMap((block) => readBlock(block) ?? []));
    }
  };
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    events,
    /** Resolves when the stream has ended, whichever side ended it. */
    ended: read().catch(() => undefined),
    close: (): void => abort.abort(),
  };
};

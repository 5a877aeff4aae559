/** A mark in a message: when it was published, in epoch milliseconds. */
const MARK = /@(\d+\.?\d*)#(\d+)@/;

const textsOf = (node: Node): Node[] => {
  if (node.nodeType === Node.TEXT_NODE) return [node];
  const texts: Node[] = [];
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) texts.push(text);
  return texts;
};

/** For each marked message that gets into the matching part of the page: how long after its mark it was painted. */
export const createMarks = (afterPaint: (run: () => void) => void) => {
  const seen = new Map<string, number>();
  const look = (nodes: Iterable<Node>, selector: string): void => {
    const fresh: [id: string, at: number][] = [];
    for (const text of [...nodes].flatMap(textsOf)) {
      const [, at, id] = MARK.exec(text.nodeValue ?? '') ?? [];
      if (at === undefined || id === undefined || seen.has(id)) continue;
      if (text.parentElement?.closest(selector) === null) continue;
      seen.set(id, Number.NaN);
      fresh.push([id, Number(at)]);
    }
    if (fresh.length === 0) return;
    afterPaint(() => {
      const now = performance.timeOrigin + performance.now();
      for (const [id, at] of fresh) seen.set(id, now - at);
    });
  };
  return {
    watch(selector: string): void {
      const observer = new MutationObserver((changes) =>
        look(
          changes.flatMap(({ type, target, addedNodes }) => (type === 'characterData' ? [target] : [...addedNodes])),
          selector,
        ),
      );
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    },
    delays: (): number[] => [...seen.values()].filter((delay) => !Number.isNaN(delay)),
  };
};

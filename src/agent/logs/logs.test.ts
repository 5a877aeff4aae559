import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { createDetector } from './detector.ts';
import { maskVariables } from './mask.ts';
import { isContinuation, readLine } from './read-line.ts';
import { SURPRISING, surprise } from './surge.ts';
import { createTemplateMiner, patternOf } from './template-miner.ts';

describe('mining templates', () => {
  const mine = (...lines: string[]) => {
    const miner = createTemplateMiner();
    const ids = lines.map((line) => miner.add(line).template);
    return { ids: ids.map(({ id }) => id), patterns: [...new Set(ids)].map(patternOf), size: miner.size() };
  };

  it('takes numbers, ids, addresses and times for variables', () => {
    expect(maskVariables('2030-01-01T10:00:00.123Z took 12ms from 10.0.0.7:5432 for order #4711 at 0xdeadbeef')).toBe(
      '<time> took <n>ms from <ip> for order #<n> at <hex>',
    );
    expect(maskVariables('job 01J9ZQ3V7N8K2M5P6R7S8T9V0W of 3f2504e0-4f89-11d3-9a0c-0305e82c3301 failed')).toBe(
      'job <id> of <id> failed',
    );
    expect(maskVariables('utf8 decoder, v2 ready')).toBe('utf8 decoder, v2 ready');
  });

  it('gives lines of one kind one template, widened where they differ', () => {
    const { ids, patterns } = mine(
      'connection to alpha lost after 30 ms',
      'connection to beta lost after 1200 ms',
      'user ana signed in',
      'connection to gamma lost after 7 ms',
    );
    expect(ids).toEqual([1, 1, 2, 1]);
    expect(patterns).toEqual(['connection to <*> lost after <n> ms', 'user ana signed in']);
  });

  it('keeps kinds apart that begin alike and mean something else', () => {
    expect(mine('cache warmed up fully', 'cache lost every key').size).toBe(2);
  });

  it('forgets the least recently seen instead of growing without end', () => {
    const miner = createTemplateMiner({ maxTemplates: 3 });
    const first = miner.add('alpha one').template.id;
    for (const word of ['beta', 'gamma', 'delta', 'epsilon']) miner.add(`${word} says something ${word}`);
    expect(miner.size()).toBe(3);
    expect(miner.add('alpha one')).toMatchObject({ isNew: true });
    expect(miner.add('alpha one').template.id).toBeGreaterThan(first);
  });

  it('survives empty, endless and binary lines', () => {
    const miner = createTemplateMiner();
    for (const line of ['', '   ', 'x'.repeat(1_000_000), '\0\0\u001b[31m', '<*> <n>']) miner.add(line);
    expect(miner.size()).toBeGreaterThan(0);
  });
});

describe('surprise', () => {
  it('is small for the same rate and large for another, up or down', () => {
    expect(surprise({ count: 60, seconds: 60 }, { count: 10, seconds: 10 })).toBeCloseTo(0);
    expect(surprise({ count: 60, seconds: 60 }, { count: 60, seconds: 10 })).toBeGreaterThan(SURPRISING);
    expect(surprise({ count: 600, seconds: 60 }, { count: 10, seconds: 10 })).toBeLessThan(-SURPRISING);
    expect(surprise({ count: 1, seconds: 60 }, { count: 1, seconds: 10 })).toBeLessThan(SURPRISING);
    expect(surprise({ count: 0, seconds: 60 }, { count: 0, seconds: 10 })).toBe(0);
  });
});

describe('reading lines', () => {
  it.each([
    ['{"level":50,"time":1900000000000,"msg":"no disk","err":{"message":"ENOSPC"}}', 'error', 'no disk: ENOSPC'],
    ['{"severity":"WARNING","timestamp":"2030-01-01T00:00:00Z","message":"slow"}', 'warn', 'slow'],
    ['2030-01-01 00:00:00,123 ERROR [main] Boom', 'error', 'ERROR [main] Boom'],
    ['2030-01-01T00:00:00Z all is well', 'info', 'all is well'],
    ['{"broken', 'info', '{"broken'],
    ['plain text about an event, and later in the sentence, far from its beginning, an error', 'info', undefined],
  ])('%s', (line, level, message) => {
    const read = readLine(line);
    expect(read.level).toBe(level);
    if (message !== undefined) expect(read.message).toBe(message);
    expect(read.text).toBe(line);
  });

  it('reads the time where there is one', () => {
    expect(readLine('2030-01-01T00:00:00Z x').at).toBe(Date.parse('2030-01-01T00:00:00Z'));
    expect(readLine('{"ts":1900000000.5,"msg":"x"}').at).toBe(1_900_000_000_500);
    expect(readLine('x').at).toBeUndefined();
  });

  it('knows a stack frame from an entry', () => {
    expect(['    at run (a.js:1)', 'Caused by: x', '... 7 more'].every(isContinuation)).toBe(true);
    expect(isContinuation('INFO x')).toBe(false);
  });
});

describe('the detector', () => {
  const second = 1_000;
  /** Ten minutes of an ordinary day: a request each second, a warning each minute. */
  const calm = () => {
    const detector = createDetector();
    const lines: string[] = [];
    for (let at = 0; at < 600; at += 1) {
      const time = new Date(1_900_000_000_000 + at * second).toISOString();
      lines.push(`${time} INFO request ${at} took ${at % 7} ms`);
      if (at % 60 === 0) lines.push(`${time} WARN deprecated cart of customer ${at}`);
    }
    detector.add(lines, 0, true);
    return detector;
  };

  it('says nothing of what goes on as it did', () => {
    const detector = calm();
    for (let at = 1; at <= 120; at += 1) {
      detector.add(
        [`INFO request ${at} took 3 ms`, ...(at % 60 === 0 ? ['WARN deprecated cart of customer 7'] : [])],
        at * second,
        false,
      );
      expect(detector.look(at * second)).toEqual([]);
    }
  });

  it('tells a new kind of error after a few of them, once, with the lines', () => {
    const detector = calm();
    const say = (at: number) =>
      detector.add([`ERROR charge ${at} failed: card expired`, '    at charge (pay.js:7)'], at * second, false);
    say(1);
    say(2);
    expect(detector.look(2 * second)).toEqual([]);
    say(3);
    const [anomaly] = detector.look(3 * second);
    expect(anomaly).toMatchObject({ kind: 'new', level: 'error', count: 3, expected: 0 });
    expect(anomaly?.pattern).toBe('error ERROR charge <n> failed: card expired');
    expect(anomaly?.lines[0]?.text).toBe('ERROR charge 1 failed: card expired\n    at charge (pay.js:7)');
    say(4);
    expect(detector.look(4 * second)).toEqual([]);
  });

  it('tells a known warning that comes far more often', () => {
    const detector = calm();
    detector.add(
      Array.from({ length: 20 }, (_, n) => `WARN deprecated cart of customer ${n}`),
      second,
      false,
    );
    expect(detector.look(2 * second)).toMatchObject([{ kind: 'burst', level: 'warn', count: 20 }]);
  });

  it('takes no rise of ordinary lines by half for a burst, and no new kind of information for an error', () => {
    const detector = calm();
    for (let at = 1; at <= 20; at += 1) {
      detector.add(
        [
          `INFO request ${at} took 3 ms`,
          ...(at % 2 === 0 ? ['INFO request 7 took 1 ms'] : []),
          `INFO version 1.${at} began`,
        ],
        at * second,
        false,
      );
      expect(detector.look(at * second)).toEqual([]);
    }
  });

  it('remembers the rare lines before a moment', () => {
    const detector = calm();
    detector.add(['INFO configuration reloaded by mara'], 5 * second, false);
    detector.add(['ERROR x failed'], 6 * second, false);
    expect(detector.rareBefore(6 * second, 10 * second).map(({ message }) => message)).toContain(
      'INFO configuration reloaded by mara',
    );
    expect(detector.rareBefore(60 * second, 10 * second)).toEqual([]);
  });
});

describe('the command line', () => {
  it('asks for a file and takes the key from the environment', () => {
    expect(() => readArguments([], {})).toThrow('--file');
    expect(() => readArguments(['--file', 'a.log', '--url', 'http://x'], {})).toThrow('ws://');
    expect(readArguments(['--file', 'a.log'], { CAUSEFLOW_API_KEY: 'cflo_x' })).toMatchObject({
      file: 'a.log',
      apiKey: 'cflo_x',
    });
    expect(readArguments(['--file', 'a.log'], {}).apiKey).toBeUndefined();
  });
});

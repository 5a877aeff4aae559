import { basename } from 'node:path';
import { connectAgent } from '../connect.ts';
import { readArguments, USAGE } from './arguments.ts';
import { type Anomaly, createDetector } from './detector.ts';
import { followFile } from './follow-file.ts';
import { investigateLog } from './investigate-log.ts';

/** How often what came is judged. */
const LOOK_EVERY_MS = 1_000;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const describe = ({ kind, level, pattern, count }: Anomaly): string =>
  `${kind === 'new' ? 'new kind of' : 'burst of'} ${level} lines, ${count} in the last seconds: ${pattern}`;

const run = (args: readonly string[]): void => {
  const { file, url, apiKey, name } = readArguments(args, process.env);
  const detector = createDetector();
  const agent =
    apiKey === undefined
      ? undefined
      : connectAgent({
          url,
          apiKey,
          onState: (state) => {
            say(`relay: ${state.state}`);
            if (state.state === 'stopped') {
              say(state.reason);
              process.exitCode = 1;
              void stop();
            }
          },
        });
  if (agent === undefined) say('No --key: what is noticed is printed and goes nowhere else.');
  const follow = followFile({
    file,
    onLines: (lines, isOld) => detector.add(lines, Date.now(), isOld),
    onReady: () => say(`Watching ${file}`),
    onError: (error) => say(`${file}: ${error.message}`),
  });
  let busy = false;

  /** One incident at a time: what begins while it is looked into belongs to it, or is told after it. */
  const look = async (): Promise<void> => {
    if (busy) return;
    const found = detector.look(Date.now());
    if (found.length === 0) return;
    for (const anomaly of found) say(describe(anomaly));
    if (agent === undefined) return;
    busy = true;
    try {
      await investigateLog({ agent, agentName: name, fileName: basename(file), detector, anomalies: found });
    } catch (error) {
      say(`The investigation ended early: ${error instanceof Error ? error.message : String(error)}`);
    }
    busy = false;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);

  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await follow.stop();
    await agent?.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
};

try {
  run(process.argv.slice(2));
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}

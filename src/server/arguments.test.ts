import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

it.each([
  [[], {}],
  [['--port', '0', '--host', '::1'], { PORT: '0', HOST: '::1' }],
  [['--data-dir=/var/lib/live', '--demo'], { DATA_DIR: '/var/lib/live', DEMO: '1' }],
  [['--no-demo'], { DEMO: '0' }],
])('reads %j as the variables that it stands for', (args, environment) => {
  expect(readArguments(args)).toEqual({ command: 'start', environment });
});

it('reads where the log is to be copied', () => {
  expect(readArguments(['migrate', '--to', 'nats://a', '--data-dir', 'd'])).toEqual({
    command: 'migrate',
    environment: { NATS_URL: 'nats://a', DATA_DIR: 'd' },
  });
});

it.each([
  [['--port', '0', '-h'], 'help'],
  [['--version'], 'version'],
])('starts nothing for %j', (args, command) => {
  expect(readArguments(args)).toEqual({ command });
});

it.each([
  [['--porty']],
  [['--port']],
  [['--port', '--demo']],
  [['begin']],
  [['migrate', 'it']],
  [['--to', 'x']],
  [['--demo=yes']],
])('cannot go on with %j, and says so in one line', (args) => {
  expect(() => readArguments(args)).toThrow(
    expect.objectContaining({
      name: 'ConfigError',
      message: expect.stringMatching(/^[^\n]+--help lists the options$/),
    }),
  );
});

/**
 * Makes this process's calendar clock one that its parent can set, as an administrator or NTP would: by a message
 * `{stepMs}`. What runs on the monotonic clock (timers, performance.now) goes on as it does on a real machine.
 */
const RealDate = Date;
let aheadMs = 0;

class SteppedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...(given as [number]));
  }
  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}

Reflect.set(globalThis, 'Date', SteppedDate);

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'stepMs' in message) aheadMs += Number(message.stepMs);
});
// To be told is no reason to stay; a parent that is gone, however it ended, is one to go.
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

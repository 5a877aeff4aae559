/** Socket.IO with its own adapter; connection state recovery is on where the second argument says so. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serveBench } from './peer-control.ts';
import { eventOf } from './peer-event.ts';

const ROOM = 'incident';
/** Longer than any run, so that what recovery finds depends on nothing but what was kept. */
const KEPT_MS = 10 * 60_000;

const http = createServer();
const server = new Server(http, {
  serveClient: false,
  ...(process.argv[2] === 'recovery' ? { connectionStateRecovery: { maxDisconnectionDuration: KEPT_MS } } : {}),
});
const publish = (message: string): void => void server.to(ROOM).emit('event', eventOf(message));

server.on('connection', (socket) => {
  if (!socket.recovered) void socket.join(ROOM);
  socket.on('publish', async (messages: string[], acknowledge: () => void) => {
    await socket.leave(ROOM);
    for (const message of messages) publish(message);
    acknowledge();
  });
});
serveBench(http, publish);

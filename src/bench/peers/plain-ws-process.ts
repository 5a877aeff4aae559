/** The least that fans out: for each event, for each client, `send(JSON.stringify(event))`. Nothing is kept. */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveBench } from './peer-control.ts';
import { eventOf } from './peer-event.ts';

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });
const clients = new Set<WebSocket>();

const publish = (message: string): void => {
  const event = eventOf(message);
  for (const client of clients) client.send(JSON.stringify(event));
};

server.on('connection', (socket, request) => {
  if (request.url === '/publish') {
    socket.on('message', (data) => {
      const messages: string[] = JSON.parse(data.toString());
      for (const message of messages) publish(message);
      socket.send('ok');
    });
    return;
  }
  clients.add(socket);
  socket.on('close', () => clients.delete(socket));
});
serveBench(http, publish);

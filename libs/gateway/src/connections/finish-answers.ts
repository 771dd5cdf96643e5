import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Brings answers to their end on a connection that Node has given away, as it does where a request asks for another protocol: they hear when the client takes more, and the client's end
 * is seen, neither of which Node sees to any more. What else the client sends is read and thrown away. Behind the last answer the connection ends.
 */
export function finishAnswers(socket: Duplex, answers: readonly ServerResponse[]): void {
  let due = 0;
  const end = (): void => void socket.end(() => socket.destroy());
  for (const answer of answers) {
    if (answer.writableFinished) continue;
    due++;
    answer.once('finish', () => {
      if (--due === 0) end();
    });
  }
  if (due === 0) return end();
  socket.on('drain', () => {
    for (const answer of answers) if (answer.socket === socket && answer.writableNeedDrain) answer.emit('drain');
  });
  socket.once('end', () => socket.end());
  socket.resume();
}

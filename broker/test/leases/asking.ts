import { request, type Agent } from 'node:http';

/** Asks on a job socket for a token, over the connections of one agent. */
export function ask(socketPath: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath,
        agent,
        method: 'POST',
        path: '/v1/token',
        headers: {
          authorization: `Bearer ${'ab'.repeat(32)}`,
          'content-type': 'application/json'
        }
      },
      response => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve(Buffer.concat(parts).toString()));
      }
    );
    call.on('error', reject);
    call.end('{"min_valid":60}');
  });
}

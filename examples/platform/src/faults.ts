import type { IncomingMessage, ServerResponse } from 'node:http';

export interface IRequestLine {
  readonly method: string;
  readonly path: string;
}

/**
 * What a test may do to one request: answer in the platform's place, never
 * answer, or do the work for real and lose the reply on its way back.
 */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'lose_reply' };

/** @returns whether the request is dealt with */
export function applyFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse
): boolean {
  switch (fault.kind) {
    case 'answer':
      request.resume();
      response.writeHead(fault.status, fault.headers ?? {});
      response.end(fault.body);
      return true;
    case 'hang':
      request.resume();
      return true;
    case 'lose_reply': {
      const cut = () => {
        request.socket.destroy();
        return response;
      };
      response.write = () => true;
      response.end = cut;
      return false;
    }
  }
}

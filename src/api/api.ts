import {
  BatchError,
  problem,
  type CallOf,
  type ReplyOf,
  type RouteName,
  type Transport
} from '@jupyterlab-batch/protocol';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IBatchApi } from '../tokens';

/** The contract, spoken with the Jupyter server that the app is connected to. */
export class BatchApi implements IBatchApi {
  /** @param root - where the server adds the routes */
  constructor(
    private readonly _transport: Transport,
    readonly root: string
  ) {}

  async call<N extends RouteName>(
    name: N,
    args: CallOf<N>
  ): Promise<ReplyOf<N>> {
    // The schemas of all that is said are made with the first call, not while
    // JupyterLab starts.
    const { exchange } = await import('./exchange');
    return exchange(this._transport, name, args);
  }
}

/** Where the server adds the routes. */
export function serverRoot(settings: ServerConnection.ISettings): string {
  return URLExt.join(settings.baseUrl, 'jupyterlab-batch');
}

/**
 * One exchange through the app's own connection, so that base URL, token, XSRF
 * cookie and a site's `fetch` are those of every other call of JupyterLab.
 */
export function serverTransport(
  settings: ServerConnection.ISettings
): Transport {
  const root = serverRoot(settings);
  return async ({ method, path, body, headers }) => {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(
        root + path,
        // 'no-store' would make JupyterLab add a number to the query, which the
        // contract, strict about queries, refuses.
        { method, body, headers, cache: 'no-cache' },
        settings
      );
    } catch {
      throw new BatchError(
        problem(
          'broker_unreachable',
          'The Jupyter server does not answer. Runs go on without it; this page connects again by itself.'
        )
      );
    }
    const answer = await response.text();
    // A proxy or hub before the server has no catalogue of ours.
    if (response.status === 401) {
      throw new BatchError(
        problem(
          'signed_out',
          'The Jupyter server does not know this browser any more. Sign in again; runs go on meanwhile, and nothing on this page is lost.'
        )
      );
    }
    return { status: response.status, body: answer };
  };
}

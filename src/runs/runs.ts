import {
  BatchError,
  problem,
  type Change,
  type Run
} from '@jupyterlab-batch/protocol';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IBatchApi, IConnection, IRuns } from '../tokens';
import { Shelf } from './shelf';

const PAGE = 50;
/** above this many changes one list is cheaper than fetching each run */
const MANY = 20;
/** milliseconds between questions while the broker answers, and while not */
const LIVE = 30_000;
const LOST = 3_000;

/**
 * The runs, kept live: hints say which run changed, the changes since our
 * revision say what the hints missed, and the broker is believed alone.
 */
export class Runs implements IRuns, IDisposable {
  constructor(api: IBatchApi) {
    this._api = api;
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-batch:runs',
      factory: () => this.refresh(),
      frequency: { interval: LIVE, backoff: false, max: LIVE },
      standby: 'never'
    });
  }

  get runs(): readonly Run[] {
    return this._shelf.listed;
  }

  get hasMore(): boolean {
    return this._shelf.cursor !== null;
  }

  get connection(): IConnection {
    return this._connection;
  }

  get revision(): number {
    return this._revision;
  }

  get ready(): Promise<void> {
    return this._ready;
  }

  get changed(): ISignal<IRuns, void> {
    return this._changed;
  }

  get observed(): ISignal<IRuns, Run> {
    return this._observed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** Begins to ask; until then nothing goes over the wire. */
  start(): void {
    void this._poll.start();
    void this._poll.refresh();
  }

  get(id: string): Run | undefined {
    return this._shelf.get(id);
  }

  put(run: Run): void {
    if (this._shelf.put(run)) {
      this._observed.emit(run);
      this._changed.emit();
    }
  }

  drop(id: string): void {
    if (this._shelf.drop(id)) {
      this._changed.emit();
    }
  }

  async loadMore(): Promise<void> {
    const { cursor } = this._shelf;
    if (cursor === null) {
      return;
    }
    try {
      const page = await this._api.call('list', {
        query: { limit: PAGE, cursor }
      });
      this._shelf.append(page);
      this._changed.emit();
    } catch (reason) {
      this._lose(reason);
    }
  }

  refresh(): Promise<void> {
    this._syncing ??= this._sync().finally(() => {
      this._syncing = null;
    });
    return this._syncing;
  }

  /** Takes a hint: worth a look when it is newer than what is known. */
  hint(change: Change): void {
    this._take(change).catch(() => this.refresh());
  }

  private async _sync(): Promise<void> {
    try {
      if (!this._loaded) {
        await this._load(PAGE);
        this._revision = this._shelf.newest;
        this._loaded = true;
      }
      await this._catchUp();
      this._connection = {
        state: 'live',
        lastSeen: new Date(),
        problem: null
      };
      this._beReady();
    } catch (reason) {
      this._lose(reason);
      return;
    }
    this._ask(LIVE);
    this._changed.emit();
  }

  private async _load(limit: number): Promise<void> {
    const page = await this._api.call('list', {
      query: { limit: Math.min(500, Math.max(PAGE, limit)) }
    });
    this._shelf.fill(page);
    page.runs.forEach(run => this._observed.emit(run));
  }

  private async _catchUp(): Promise<void> {
    let more = true;
    while (more && !this.isDisposed) {
      const page = await this._api.call('changes', {
        query: { after: this._revision }
      });
      const news = page.changes.filter(change => this._isNews(change));
      if (page.reset || news.length > MANY) {
        await this._load(this._shelf.listed.length);
      } else {
        await Promise.all(news.map(change => this._take(change)));
      }
      more = page.changes.length > 0 && page.revision > this._revision;
      this._revision = page.revision;
    }
  }

  private _isNews({ id, state, revision }: Change): boolean {
    const known = this._shelf.get(id);
    return state === null
      ? known !== undefined
      : known === undefined || known.revision < revision;
  }

  private async _take(change: Change): Promise<void> {
    const { id, state, revision } = change;
    if (state === null) {
      this.drop(id);
      return;
    }
    if (!this._isNews(change)) {
      return;
    }
    this._wanted.set(id, Math.max(revision, this._wanted.get(id) ?? 0));
    let fetching = this._fetching.get(id);
    if (!fetching) {
      fetching = this._fetch(id).finally(() => {
        this._fetching.delete(id);
        this._wanted.delete(id);
      });
      this._fetching.set(id, fetching);
    }
    await fetching;
  }

  /** One request at a time per run; another only if a hint came meanwhile. */
  private async _fetch(id: string): Promise<void> {
    let asked = 0;
    let known = 0;
    do {
      asked = this._wanted.get(id) ?? 0;
      try {
        const { run } = await this._api.call('show', { id });
        known = run.revision;
        this.put(run);
      } catch (reason) {
        if (reason instanceof BatchError && reason.code === 'not_found') {
          this.drop(id);
          return;
        }
        throw reason;
      }
    } while ((this._wanted.get(id) ?? 0) > Math.max(asked, known));
  }

  private _lose(reason: unknown): void {
    this._connection = {
      state: this._connection.lastSeen ? 'reconnecting' : 'connecting',
      lastSeen: this._connection.lastSeen,
      problem:
        reason instanceof BatchError
          ? reason.problem
          : problem('internal', String(reason))
    };
    this._ask(LOST);
    this._changed.emit();
  }

  private _ask(interval: number): void {
    if (!this.isDisposed && this._poll.frequency.interval !== interval) {
      this._poll.frequency = { interval, backoff: false, max: interval };
    }
  }

  private readonly _api: IBatchApi;
  private readonly _shelf = new Shelf();
  private readonly _poll: Poll<void>;
  private readonly _changed = new Signal<IRuns, void>(this);
  private readonly _observed = new Signal<IRuns, Run>(this);
  private readonly _wanted = new Map<string, number>();
  private readonly _fetching = new Map<string, Promise<void>>();
  private _beReady: () => void = () => undefined;
  private readonly _ready = new Promise<void>(resolve => {
    this._beReady = resolve;
  });
  private _connection: IConnection = {
    state: 'connecting',
    lastSeen: null,
    problem: null
  };
  private _loaded = false;
  private _revision = 0;
  private _syncing: Promise<void> | null = null;
}

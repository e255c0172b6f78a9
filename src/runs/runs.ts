import {
  BatchError,
  type Change,
  type Run,
  type RunPage
} from '@jupyterlab-batch/protocol';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  IBatchApi,
  IConnection,
  IRuns,
  IRunView,
  RunFilter
} from '../tokens';
import { BrokerHealth } from './brokerhealth';
import { Hearing } from './hearing';
import { lost } from './lost';
import { readRest } from './rest';
import { RunView } from './view';

/** above this many changes one list is cheaper than fetching each run */
const MANY = 20;
/** milliseconds between questions while events arrive, and while not */
const LIVE = 30_000;
const LOST = 3_000;

/**
 * The runs, kept live: hints say which run changed, the changes since our
 * revision say what the hints missed, and the broker is believed alone.
 */
export class Runs implements IRuns, IDisposable {
  constructor(api: IBatchApi) {
    this._api = api;
    this._health = new BrokerHealth(api);
    this._newest = this._open({});
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-batch:runs',
      factory: () => this.refresh(),
      frequency: { interval: LIVE, backoff: false, max: LIVE },
      standby: 'never'
    });
  }

  get runs(): readonly Run[] {
    return this._newest.runs;
  }

  get connection(): IConnection {
    return this._connection;
  }

  get alarms(): IRuns['alarms'] {
    return this._health.alarms;
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

  get dropped(): ISignal<IRuns, string> {
    return this._dropped;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    window.clearTimeout(this._soon);
    this._hearing.forget();
    [...this._views].forEach(view => view.dispose());
    Signal.clearData(this);
  }

  /** Begins to ask; until then nothing goes over the wire. */
  start(): void {
    void this._poll.start();
    void this._poll.refresh();
  }

  now(): Date {
    return this._health.clock.now();
  }

  get(id: string): Run | undefined {
    return this._known.get(id);
  }

  view(filter: RunFilter): IRunView {
    const view = this._open(filter);
    if (this._loaded) {
      // A failure is told by the connection, and mended by the next question.
      view.load().catch(() => undefined);
    }
    return view;
  }

  put(run: Run): void {
    if (this._learn(run)) {
      this._changed.emit();
    }
  }

  drop(id: string): void {
    this._hide(id, this._known.get(id)?.revision ?? 0);
  }

  /** @param until - what is newer than this revision brings it back */
  private _hide(id: string, until: number): void {
    this._gone.set(id, Math.max(until, this._gone.get(id) ?? 0));
    if (this._known.delete(id)) {
      this._dropped.emit(id);
      this._changed.emit();
    }
  }

  refresh(): Promise<void> {
    this._syncing ??= this._sync().finally(() => {
      this._syncing = null;
    });
    return this._syncing;
  }

  async since(revision: number): Promise<void> {
    try {
      const query = { after: revision };
      const { changes } = await this._api.call('changes', { query });
      await this._readRest(changes);
    } catch (reason) {
      this._lose(reason);
    }
  }

  private _readRest(changes: readonly Change[]): Promise<void> {
    return readRest(changes, {
      isNews: change => this._isNews(change),
      isKnown: id => this._known.has(id),
      page: (limit, cursor) => this._page({}, limit, cursor),
      take: change => this._take(change)
    });
  }

  /** Takes a hint: worth a look when it is newer than what is known. */
  hint(change: Change): void {
    this._hearing.heard(change.revision);
    this._take(change).catch(() => this.refresh());
  }

  private _open(filter: RunFilter): RunView {
    const view = new RunView({
      runs: this,
      filter,
      read: (wanted, limit, cursor) => this._page(wanted, limit, cursor),
      closed: each => this._views.delete(each)
    });
    this._views.add(view);
    return view;
  }

  /** A page of the list, with what is known to be newer put in its place. */
  private async _page(
    filter: RunFilter,
    limit: number,
    cursor?: string
  ): Promise<RunPage> {
    try {
      const query = { ...filter, limit, cursor };
      const page = await this._api.call('list', { query });
      page.runs.forEach(run => this._learn(run));
      return {
        runs: page.runs.flatMap(run => this._known.get(run.id) ?? []),
        next: page.next
      };
    } catch (reason) {
      this._lose(reason);
      throw reason;
    }
  }

  /** @returns false when something newer was known already */
  private _learn(run: Run): boolean {
    const known = this._known.get(run.id);
    // An answer that was on its way brings no deleted run back.
    const gone = this._gone.get(run.id);
    if (
      (known && known.revision >= run.revision) ||
      (gone !== undefined && (run.deleting || gone >= run.revision))
    ) {
      return false;
    }
    this._gone.delete(run.id);
    this._known.set(run.id, run);
    this._observed.emit(run);
    return true;
  }

  private async _sync(): Promise<void> {
    const was = this._connection.state;
    try {
      if (!this._loaded) {
        await this._newest.load();
        this._revision = Math.max(
          0,
          ...this._newest.runs.map(({ revision }) => revision)
        );
        this._loaded = true;
      }
      await this._catchUp(was === 'live');
      await Promise.all(
        [...this._views]
          .filter(({ loaded, loading }) => !loaded && !loading)
          .map(view => view.load())
      );
    } catch (reason) {
      this._lose(reason);
      return;
    }
    await this._health.ask();
    this._connection = {
      ...this._connection,
      restarted: this._health.restarted,
      lastSeen: new Date(),
      problem: null
    };
    this._listen();
    this._beReady();
  }

  /** Live or polling, as the events come or not. */
  private _listen(): void {
    const { deaf, unsure } = this._hearing;
    this._connection = {
      ...this._connection,
      state: deaf ? 'polling' : 'live'
    };
    if (deaf || unsure) {
      this._askSoon();
    }
    this._changed.emit();
  }

  private async _catchUp(listening: boolean): Promise<void> {
    let more = true;
    while (more && !this.isDisposed) {
      const page = await this._api.call('changes', {
        query: { after: this._revision }
      });
      const news = page.changes.filter(change => this._isNews(change));
      if (listening && news.length > 0 && !page.reset) {
        this._hearing.missed(Math.max(...news.map(each => each.revision)));
      }
      if (page.reset) {
        this._forget();
        await this._reload();
      } else if (news.length > MANY) {
        news
          .filter(({ state }) => state === null)
          .forEach(({ id }) => this._hide(id, Infinity));
        await this._reload();
        await this._readRest(news);
      } else {
        await Promise.all(news.map(change => this._take(change)));
      }
      more = page.changes.length > 0 && page.revision > this._revision;
      this._revision = page.revision;
    }
  }

  private async _reload(): Promise<void> {
    await Promise.all([...this._views].map(view => view.load()));
  }

  /** After a new database nothing that is known means anything. */
  private _forget(): void {
    const ids = [...this._known.keys()];
    this._known.clear();
    this._gone.clear();
    ids.forEach(id => this._dropped.emit(id));
  }

  private _isNews({ id, state, revision }: Change): boolean {
    const known = this._known.get(id);
    return state === null
      ? known !== undefined
      : known === undefined || known.revision < revision;
  }

  private async _take(change: Change): Promise<void> {
    const { id, state, revision } = change;
    if (state === null) {
      this._hide(id, Infinity);
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
          this._hide(id, Infinity);
          return;
        }
        throw reason;
      }
    } while ((this._wanted.get(id) ?? 0) > Math.max(asked, known));
  }

  private _lose(reason: unknown): void {
    this._hearing.lost();
    this._connection = lost(this._connection, reason);
    this._askSoon();
    this._changed.emit();
  }

  /** Asks again before the next regular question, whoever asked this time. */
  private _askSoon(): void {
    if (!this.isDisposed && this._soon === 0) {
      this._soon = window.setTimeout(() => {
        this._soon = 0;
        void this.refresh();
      }, LOST);
    }
  }

  private readonly _api: IBatchApi;
  private readonly _health: BrokerHealth;
  private readonly _known = new Map<string, Run>();
  /** Deleted runs, and the last revision that is no news of them. */
  private readonly _gone = new Map<string, number>();
  private readonly _views = new Set<RunView>();
  private readonly _hearing = new Hearing(() => {
    if (['live', 'polling'].includes(this._connection.state)) {
      this._listen();
    }
  });
  private readonly _poll: Poll<void>;
  private readonly _changed = new Signal<IRuns, void>(this);
  private readonly _observed = new Signal<IRuns, Run>(this);
  private readonly _dropped = new Signal<IRuns, string>(this);
  private readonly _wanted = new Map<string, number>();
  private readonly _fetching = new Map<string, Promise<void>>();
  private _beReady: () => void = () => undefined;
  private readonly _ready = new Promise<void>(resolve => {
    this._beReady = resolve;
  });
  private _connection: IConnection = {
    state: 'connecting',
    lastSeen: null,
    restarted: null,
    problem: null
  };
  private readonly _newest: RunView;
  private _loaded = false;
  private _revision = 0;
  private _soon = 0;
  private _syncing: Promise<void> | null = null;
}

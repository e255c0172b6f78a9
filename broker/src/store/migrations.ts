/**
 * The schema, one step after the other. A step that was released is never
 * edited: what is wrong with it is mended by a further one.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Revisions start at the time of creation, so that one of a database that
  -- was thrown away is not taken for one of this.
  INSERT INTO meta VALUES
    ('origin', CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    ('floor', CAST(unixepoch('subsec') * 1000 AS INTEGER));

  -- States, targets, notebooks and labels as numbers: the indexes stay small.
  CREATE TABLE term (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
  ) STRICT;

  -- Narrow, since lists walk over it and progress is written here often.
  CREATE TABLE run (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    reversed TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL REFERENCES term,
    target INTEGER NOT NULL REFERENCES term,
    notebook INTEGER NOT NULL REFERENCES term,
    label INTEGER REFERENCES term,
    active INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    ended_at INTEGER,
    observed_at INTEGER,
    progress TEXT
  ) STRICT;
  CREATE UNIQUE INDEX run_revision ON run (revision);
  CREATE INDEX run_reversed ON run (reversed);
  CREATE INDEX run_active ON run (active) WHERE active = 1;
  CREATE INDEX run_ended ON run (ended_at) WHERE ended_at IS NOT NULL;

  CREATE TABLE run_document (
    seq INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    document TEXT NOT NULL,
    view TEXT NOT NULL
  ) STRICT;

  CREATE TABLE run_plan (
    seq INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    plan TEXT NOT NULL
  ) STRICT;

  -- Holds lower case, so that its idea of case is JavaScript's.
  CREATE VIRTUAL TABLE run_text USING fts5 (text, tokenize = 'trigram case_sensitive 1');
  INSERT INTO run_text (run_text, rank) VALUES ('secure-delete', 1);

  CREATE TABLE tombstone (
    revision INTEGER PRIMARY KEY,
    id TEXT NOT NULL
  ) STRICT;

  CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    run TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotency_run ON idempotency (run);

  CREATE TABLE lease (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    state TEXT NOT NULL,
    open INTEGER NOT NULL,
    document TEXT NOT NULL,
    view TEXT NOT NULL
  ) STRICT;
  CREATE INDEX lease_run ON lease (run);
  CREATE INDEX lease_open ON lease (open);

  CREATE TABLE orphan (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    lease TEXT NOT NULL,
    run TEXT NOT NULL,
    since INTEGER NOT NULL,
    expires_at INTEGER,
    "end" TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX orphan_lease ON orphan (lease);

  CREATE TABLE intent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    machine TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX intent_subject ON intent (machine, subject);

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    machine TEXT NOT NULL,
    subject TEXT NOT NULL,
    run TEXT,
    event TEXT NOT NULL,
    "from" TEXT,
    "to" TEXT NOT NULL,
    fits INTEGER NOT NULL,
    detail TEXT
  ) STRICT;
  CREATE INDEX audit_run ON audit (run);
  `,
  `
  DROP INDEX IF EXISTS run_stnl;
  DROP INDEX IF EXISTS run_tnl;
  DROP INDEX IF EXISTS run_nls;
  DROP INDEX IF EXISTS run_lst;
  DROP INDEX IF EXISTS run_sn;
  DROP INDEX IF EXISTS run_tl;

  -- One for each set of filters: behind its columns comes seq, so that any
  -- combination is a walk along one index, newest first, and never a sort.
  CREATE INDEX run_s ON run (state);
  CREATE INDEX run_t ON run (target);
  CREATE INDEX run_n ON run (notebook);
  CREATE INDEX run_l ON run (label)
    WHERE label IS NOT NULL;
  CREATE INDEX run_st ON run (state, target);
  CREATE INDEX run_sn ON run (state, notebook);
  CREATE INDEX run_sl ON run (state, label)
    WHERE label IS NOT NULL;
  CREATE INDEX run_tn ON run (target, notebook);
  CREATE INDEX run_tl ON run (target, label)
    WHERE label IS NOT NULL;
  CREATE INDEX run_nl ON run (notebook, label)
    WHERE label IS NOT NULL;
  CREATE INDEX run_stn ON run (state, target, notebook);
  CREATE INDEX run_stl ON run (state, target, label)
    WHERE label IS NOT NULL;
  CREATE INDEX run_snl ON run (state, notebook, label)
    WHERE label IS NOT NULL;
  CREATE INDEX run_tnl ON run (target, notebook, label)
    WHERE label IS NOT NULL;
  CREATE INDEX run_stnl ON run (state, target, notebook, label)
    WHERE label IS NOT NULL;

  -- Ends with two characters more, so that each pair of characters begins a
  -- trigram; the terms themselves tell which trigrams a pair begins.
  UPDATE run_text SET text = text || char(10) || char(10);
  CREATE VIRTUAL TABLE run_term USING fts5vocab (run_text, 'instance');
  `,
  `
  -- Which rows a span of time can have, whatever the clock did meanwhile.
  CREATE INDEX run_submitted ON run (submitted_at);
  `,
  `
  -- Chains each row to the one before (HMAC); null in rows of the time before.
  ALTER TABLE audit ADD COLUMN mac TEXT;

  -- What holds for all leases: not_before (ms).
  CREATE TABLE policy (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The latest time of submission up to this row: it never falls from row to
  -- row, so that an edge in time is one step along an index. The rows that are
  -- earlier came while the clock was set back, and are few.
  ALTER TABLE run ADD COLUMN latest INTEGER NOT NULL DEFAULT 0;
  UPDATE run SET latest = reached.time FROM (
      SELECT seq, max(submitted_at) OVER (ORDER BY seq) AS time FROM run
    ) AS reached WHERE reached.seq = run.seq;
  DROP INDEX run_submitted;
  CREATE INDEX run_latest ON run (latest);
  CREATE INDEX run_back ON run (submitted_at) WHERE submitted_at < latest;

  -- How many runs a notebook has, so that nobody counts them for a page.
  CREATE TABLE tally (
    notebook INTEGER NOT NULL,
    state INTEGER NOT NULL,
    target INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    PRIMARY KEY (notebook, state, target)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tally
    SELECT notebook, state, target, count(*) FROM run GROUP BY 1, 2, 3;
  CREATE TRIGGER tally_more AFTER INSERT ON run BEGIN
    INSERT INTO tally VALUES (NEW.notebook, NEW.state, NEW.target, 1)
      ON CONFLICT DO UPDATE SET runs = runs + 1;
  END;
  CREATE TRIGGER tally_less AFTER DELETE ON run BEGIN
    UPDATE tally SET runs = runs - 1 WHERE notebook = OLD.notebook
      AND state = OLD.state AND target = OLD.target;
    DELETE FROM tally WHERE notebook = OLD.notebook
      AND state = OLD.state AND target = OLD.target AND runs = 0;
  END;
  CREATE TRIGGER tally_other AFTER UPDATE OF notebook, state, target ON run
    WHEN OLD.state <> NEW.state OR OLD.notebook <> NEW.notebook
      OR OLD.target <> NEW.target
  BEGIN
    INSERT INTO tally VALUES (NEW.notebook, NEW.state, NEW.target, 1)
      ON CONFLICT DO UPDATE SET runs = runs + 1;
    UPDATE tally SET runs = runs - 1 WHERE notebook = OLD.notebook
      AND state = OLD.state AND target = OLD.target;
    DELETE FROM tally WHERE notebook = OLD.notebook
      AND state = OLD.state AND target = OLD.target AND runs = 0;
  END;
  `,
  `
  -- What a throw-away client found out about a provider; the newest counts.
  CREATE TABLE findings (
    provider TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    -- of the entry it was measured with
    entry TEXT NOT NULL,
    findings TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Those under way: what a broker that was killed over one left is an orphan.
  CREATE TABLE examination (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    client TEXT NOT NULL,
    since INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- An orphan ends by its expiry, or because an operator knows that it is gone.
  ALTER TABLE orphan ADD COLUMN ends_as TEXT NOT NULL DEFAULT 'unconfirmed';
  ALTER TABLE orphan ADD COLUMN dismissed_at INTEGER;
  ALTER TABLE orphan ADD COLUMN reason TEXT;
  ALTER TABLE orphan DROP COLUMN "end";
  `
];

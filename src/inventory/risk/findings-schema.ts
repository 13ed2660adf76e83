/** Tables of a Findings object. A step that was ever deployed is never changed: the next one is added. */
export const STEPS = [
  `CREATE TABLE findings (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    severity INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE transitions (
    finding TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (finding, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE signals (
    operation TEXT NOT NULL,
    signal TEXT NOT NULL,
    requests INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (operation, signal)
  ) WITHOUT ROWID;
  CREATE TABLE baselines (operation TEXT PRIMARY KEY, older TEXT, newer TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE scores (day INTEGER NOT NULL, api TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (day, api)) WITHOUT ROWID;
  CREATE TABLE notes (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    stream TEXT NOT NULL,
    notice TEXT NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    UNIQUE (target, stream, number)
  );
  CREATE TABLE targets (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID`,
] as const

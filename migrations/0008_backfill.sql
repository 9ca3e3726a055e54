-- Backfills: a source and the page where each began, how far it has come, and the pages that it knows of.

-- `stint_from` is `pages` as it stood when the present stint began; `reached` the publication of the oldest record seen.
CREATE TABLE backfills (
  backfill    INTEGER PRIMARY KEY,
  source      INTEGER NOT NULL REFERENCES sources,
  start       TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  ended       TEXT,
  pages       INTEGER NOT NULL DEFAULT 0,
  stint_from  INTEGER NOT NULL DEFAULT 0,
  records     INTEGER NOT NULL DEFAULT 0,
  new         INTEGER NOT NULL DEFAULT 0,
  reached     INTEGER,
  UNIQUE (source, start)
) STRICT;

-- Every page that a backfill has named, from the moment it was named. `state` is `waiting`, `doubtful` (a second
-- guess at the next page: its turn comes last), `spare` (another way into the past, taken when the first gives nothing),
-- `beyond` (behind the rule that ended the backfill), `later` (out of reach in this call), `done` or `failed`; `seen` and `fresh` are counts of a page that is done,
-- `alive` is 1 where it gave something new or is plainly the archive that its address says.
CREATE TABLE frontier (
  entry    INTEGER PRIMARY KEY,
  backfill INTEGER NOT NULL REFERENCES backfills,
  key      TEXT NOT NULL,
  url      TEXT NOT NULL,
  template TEXT NOT NULL,
  way      TEXT NOT NULL,
  rank     INTEGER NOT NULL,
  depth    INTEGER NOT NULL,
  barren   INTEGER NOT NULL,
  known    INTEGER NOT NULL,
  state    TEXT NOT NULL,
  seen     INTEGER NOT NULL DEFAULT 0,
  fresh    INTEGER NOT NULL DEFAULT 0,
  alive    INTEGER NOT NULL DEFAULT 0,
  UNIQUE (backfill, key)
) STRICT;
CREATE INDEX frontier_state ON frontier (backfill, state, rank);
CREATE INDEX frontier_template ON frontier (backfill, template);

-- Records that a backfill has seen, by the start of their ids.
CREATE TABLE backfill_seen (
  backfill INTEGER NOT NULL,
  prefix   INTEGER NOT NULL,
  PRIMARY KEY (backfill, prefix)
) STRICT, WITHOUT ROWID;

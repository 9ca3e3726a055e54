-- The first schema. Instants are milliseconds since 1970 UTC; digests are 32-byte blobs; rows are joined by
-- small integers. People read the views at the end, whose columns are a promise; tables may change by migration.

-- `records` and `dated` count what the view `records` shows, so that `status` need not count.
CREATE TABLE sources (
  source  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  records INTEGER NOT NULL DEFAULT 0,
  dated   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A source and a page URL without its paging; `memory` is what was learned about it, as JSON.
CREATE TABLE listings (
  listing INTEGER PRIMARY KEY,
  source  INTEGER NOT NULL REFERENCES sources,
  name    TEXT NOT NULL,
  memory  TEXT,
  UNIQUE (source, name)
) STRICT;

-- Every wrapper that a listing ever had, as JSON.
CREATE TABLE wrappers (
  listing INTEGER NOT NULL REFERENCES listings,
  version INTEGER NOT NULL,
  wrapper TEXT NOT NULL,
  since   INTEGER NOT NULL,
  PRIMARY KEY (listing, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE pages (
  page   INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES sources,
  url    TEXT NOT NULL,
  UNIQUE (source, url)
) STRICT;

CREATE TABLE files (
  file INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE runs (
  run         INTEGER PRIMARY KEY,
  command     TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;

-- One attempt at one source in one run.
CREATE TABLE visits (
  visit       INTEGER PRIMARY KEY,
  run         INTEGER NOT NULL REFERENCES runs,
  source      INTEGER NOT NULL REFERENCES sources,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  outcome     TEXT,
  detail      TEXT,
  seen        INTEGER NOT NULL DEFAULT 0,
  new         INTEGER NOT NULL DEFAULT 0,
  repeats     INTEGER NOT NULL DEFAULT 0,
  revised     INTEGER NOT NULL DEFAULT 0,
  rejected    INTEGER NOT NULL DEFAULT 0,
  dated       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX visits_source ON visits (source, started_at);

-- One capture. `key` is the start of SHA-256 over source, page, captured_at and digest: it finds a known snapshot
-- and breaks ties between equal instants. `rejected` counts what was not kept, by reason, as JSON.
CREATE TABLE snapshots (
  snapshot       INTEGER PRIMARY KEY,
  key            INTEGER NOT NULL,
  page           INTEGER NOT NULL REFERENCES pages,
  captured_at    INTEGER NOT NULL,
  captured_basis TEXT NOT NULL,
  digest         BLOB NOT NULL,
  listing        INTEGER REFERENCES listings,
  visit          INTEGER REFERENCES visits,
  file           INTEGER REFERENCES files,
  offset         INTEGER,
  rejected       TEXT
) STRICT;
CREATE INDEX snapshots_key ON snapshots (key);
CREATE INDEX snapshots_page ON snapshots (page, captured_at);

-- One article (or one piece of suppressed furniture) of one source. Title, excerpt and URL come from the latest
-- sighting. `canonical_url` is null where it equals `url`. `held` is JSON: which sighting a field comes from where
-- it is not the default one, and the date that stands behind the chosen one.
CREATE TABLE teasers (
  record              INTEGER PRIMARY KEY,
  source              INTEGER NOT NULL REFERENCES sources,
  id                  BLOB NOT NULL,
  title               TEXT,
  excerpt             TEXT,
  url                 TEXT,
  canonical_url       TEXT,
  author              TEXT,
  image_url           TEXT,
  tags                TEXT,
  language            TEXT,
  published_at        TEXT,
  published_precision TEXT,
  published_basis     TEXT,
  published_raw       TEXT,
  published_earliest  INTEGER,
  published_latest    INTEGER,
  mentioned_dates     TEXT,
  fingerprint         BLOB NOT NULL,
  furniture           TEXT,
  cluster             INTEGER,
  held                TEXT
) STRICT;

-- First eight bytes of every id, aliases included, to its record: narrow, because it is hit at random.
CREATE TABLE keys (
  prefix INTEGER NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (prefix, record)
) STRICT, WITHOUT ROWID;

-- What a repeat changes, apart from the wide rows. `content` is the start of SHA-256 over all that the latest sighting
-- stated: an equal value needs no further comparison. `variants` is 1 where the texts have differed.
CREATE TABLE tallies (
  record     INTEGER PRIMARY KEY,
  first_seen INTEGER NOT NULL,
  first_tie  INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  last_tie   INTEGER NOT NULL,
  sightings  INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  content    INTEGER NOT NULL,
  variants   INTEGER NOT NULL
) STRICT;

-- The teasers of each snapshot in the order of the page: a JSON array of record numbers, 0 where a rank is empty.
CREATE TABLE sightings (
  snapshot INTEGER PRIMARY KEY REFERENCES snapshots,
  records  TEXT NOT NULL
) STRICT;

-- Every wording of a record that had more than one.
CREATE TABLE revisions (
  record          INTEGER NOT NULL REFERENCES teasers,
  fingerprint     BLOB NOT NULL,
  title           TEXT,
  excerpt         TEXT,
  mentioned_dates TEXT,
  first_seen      INTEGER NOT NULL,
  first_tie       INTEGER NOT NULL,
  last_seen       INTEGER NOT NULL,
  last_tie        INTEGER NOT NULL,
  PRIMARY KEY (record, fingerprint)
) STRICT, WITHOUT ROWID;

-- Ids that were merged into another record.
CREATE TABLE aliases (
  id     BLOB PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES teasers,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each real change once. `fields` names the columns of `records` that differ, separated by commas.
CREATE TABLE change_log (
  seq    INTEGER PRIMARY KEY,
  record INTEGER NOT NULL,
  kind   TEXT NOT NULL,
  fields TEXT
) STRICT;

-- HTTP validators for conditional requests.
CREATE TABLE validators (
  url                 TEXT PRIMARY KEY,
  etag                TEXT,
  last_modified       TEXT,
  digest              BLOB,
  not_modified_streak INTEGER NOT NULL,
  distrusted          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each input of `ingest` was read; `identity` recognises the same file again.
CREATE TABLE inputs (
  path     TEXT PRIMARY KEY,
  identity TEXT NOT NULL,
  offset   INTEGER NOT NULL,
  finished INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Full-text index over titles and excerpts; rowid is `record`. `indexed` says up to which change it is complete.
CREATE VIRTUAL TABLE teasers_fts USING fts5(
  title, excerpt, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);
CREATE TABLE indexed (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- The records with their numbers, which join the tables.
CREATE VIEW numbered_records AS
SELECT
  t.record,
  lower(hex(t.id)) AS id,
  s.name AS source,
  t.title,
  t.url,
  coalesce(t.canonical_url, t.url) AS canonical_url,
  t.excerpt,
  t.author,
  t.image_url,
  t.tags,
  t.language,
  t.published_at,
  t.published_precision,
  t.published_basis,
  t.published_raw,
  strftime(iif(t.published_earliest % 1000, '%Y-%m-%dT%H:%M:%fZ', '%Y-%m-%dT%H:%M:%SZ'), t.published_earliest / 1000.0, 'unixepoch') AS published_earliest,
  strftime(iif(t.published_latest % 1000, '%Y-%m-%dT%H:%M:%fZ', '%Y-%m-%dT%H:%M:%SZ'), t.published_latest / 1000.0, 'unixepoch') AS published_latest,
  t.mentioned_dates,
  y.position,
  lower(hex(t.fingerprint)) AS fingerprint,
  strftime(iif(y.first_seen % 1000, '%Y-%m-%dT%H:%M:%fZ', '%Y-%m-%dT%H:%M:%SZ'), y.first_seen / 1000.0, 'unixepoch') AS first_seen_at,
  strftime(iif(y.last_seen % 1000, '%Y-%m-%dT%H:%M:%fZ', '%Y-%m-%dT%H:%M:%SZ'), y.last_seen / 1000.0, 'unixepoch') AS last_seen_at,
  y.sightings,
  (SELECT lower(hex(c.id)) FROM teasers c WHERE c.record = t.cluster) AS cluster
FROM teasers t JOIN tallies y ON y.record = t.record JOIN sources s ON s.source = t.source
WHERE t.furniture IS NULL;

CREATE VIEW records AS
SELECT
  id,
  source,
  title,
  url,
  canonical_url,
  excerpt,
  author,
  image_url,
  tags,
  language,
  published_at,
  published_precision,
  published_basis,
  published_raw,
  published_earliest,
  published_latest,
  mentioned_dates,
  position,
  fingerprint,
  first_seen_at,
  last_seen_at,
  sightings,
  cluster
FROM numbered_records;

CREATE VIEW changes AS
SELECT l.seq, lower(hex(t.id)) AS record_id, l.kind, l.fields
FROM change_log l JOIN teasers t ON t.record = l.record;

-- Every sighting: which record stood where on which page, when.
CREATE VIEW sighting_ledger AS
SELECT
  lower(hex(t.id)) AS record_id,
  o.name AS source,
  p.url AS page,
  strftime('%Y-%m-%dT%H:%M:%SZ', n.captured_at / 1000.0, 'unixepoch') AS captured_at,
  j.key + 1 AS position,
  j.value AS record,
  n.snapshot
FROM snapshots n
JOIN sightings g ON g.snapshot = n.snapshot
JOIN json_each(g.records) j
JOIN teasers t ON t.record = j.value
JOIN pages p ON p.page = n.page
JOIN sources o ON o.source = p.source
WHERE j.value > 0;

-- Every wording that a record had, with the time it was seen; records whose text never changed have one row.
CREATE VIEW headlines AS
SELECT lower(hex(t.id)) AS record_id, r.title, r.excerpt,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen / 1000.0, 'unixepoch') AS first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.last_seen / 1000.0, 'unixepoch') AS last_seen_at
FROM revisions r JOIN teasers t ON t.record = r.record
UNION ALL
SELECT lower(hex(t.id)), t.title, t.excerpt,
  strftime('%Y-%m-%dT%H:%M:%SZ', y.first_seen / 1000.0, 'unixepoch'),
  strftime('%Y-%m-%dT%H:%M:%SZ', y.last_seen / 1000.0, 'unixepoch')
FROM teasers t JOIN tallies y ON y.record = t.record WHERE y.variants = 0;

-- What was kept out of `records` as furniture, and why.
CREATE VIEW furniture AS
SELECT lower(hex(t.id)) AS id, s.name AS source, t.title, t.excerpt, t.url, t.furniture AS reason, y.sightings
FROM teasers t JOIN tallies y ON y.record = t.record JOIN sources s ON s.source = t.source
WHERE t.furniture IS NOT NULL;

-- Query parameters judged from the data, and the records that are shown as one because their URLs differ only in noise.

-- A record whose URL differs from others only in noise is a part: it keeps its own row, texts and sightings, and is
-- hidden (`furniture` = 'merged'). `whole` is the number of the row that shows all parts together, made from them; such a
-- row holds its own number there, has no key, and is kept hidden (`furniture` = 'taken_apart') once its parts are shown again.
ALTER TABLE teasers ADD COLUMN whole INTEGER;
CREATE INDEX teasers_whole ON teasers (whole) WHERE whole IS NOT NULL;

-- Parts whose whole must be made again.
CREATE TABLE unsettled_parts (record INTEGER PRIMARY KEY) STRICT;

-- Records whose URL has a parameter that may yet be judged noise, and those whose URL lacks it. `address` is a short key of
-- the URL without its query: only what shares one is compared.
CREATE TABLE queried (
  source  INTEGER NOT NULL,
  address INTEGER NOT NULL,
  record  INTEGER NOT NULL,
  PRIMARY KEY (source, address, record)
) STRICT, WITHOUT ROWID;

-- Verdicts per source and host; a verdict set by hand counts for all hosts (`host` is empty). `articles` is the number of
-- articles seen under several values with one title, `against` that of addresses under which titles differ, `final` is 1
-- where no further page can change the verdict.
CREATE TABLE parameters (
  source   INTEGER NOT NULL REFERENCES sources,
  host     TEXT NOT NULL,
  name     TEXT NOT NULL,
  verdict  TEXT NOT NULL,
  by_hand  INTEGER NOT NULL,
  articles INTEGER NOT NULL,
  against  INTEGER NOT NULL,
  final    INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  PRIMARY KEY (source, host, name)
) STRICT, WITHOUT ROWID;

CREATE VIEW url_parameters AS
SELECT s.name AS source, p.host, p.name, p.verdict, p.by_hand, p.articles, p.against, p.reason
FROM parameters p JOIN sources s ON s.source = p.source;

-- Ids that resolve to another record, and why.
CREATE VIEW merged_ids AS
SELECT lower(hex(a.id)) AS id, lower(hex(t.id)) AS record_id, a.reason
FROM aliases a JOIN teasers t ON t.record = a.record;

-- As before, with the parts of a record under its id: one row where several parts stood in one snapshot, the best rank.
DROP VIEW sighting_ledger;
CREATE VIEW sighting_ledger AS
SELECT
  lower(hex(coalesce(w.id, t.id))) AS record_id,
  o.name AS source,
  p.url AS page,
  strftime('%Y-%m-%dT%H:%M:%SZ', n.captured_at / 1000.0, 'unixepoch') AS captured_at,
  j.key + 1 AS position,
  coalesce(t.whole, t.record) AS record,
  n.snapshot
FROM snapshots n
JOIN sightings g ON g.snapshot = n.snapshot
JOIN json_each(g.records) j
JOIN teasers t ON t.record = j.value
LEFT JOIN teasers w ON w.record = t.whole
JOIN pages p ON p.page = n.page
JOIN sources o ON o.source = p.source
WHERE j.value > 0 AND (t.whole IS NULL OR NOT EXISTS (
  SELECT 1 FROM json_each(g.records) k JOIN teasers e ON e.record = k.value WHERE k.key < j.key AND e.whole = t.whole
));

-- As before, without the parts: their whole has their wordings.
DROP VIEW headlines;
CREATE VIEW headlines AS
SELECT lower(hex(t.id)) AS record_id, r.title, r.excerpt,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.first_seen / 1000.0, 'unixepoch') AS first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.last_seen / 1000.0, 'unixepoch') AS last_seen_at
FROM revisions r JOIN teasers t ON t.record = r.record
WHERE t.furniture IS NULL OR t.furniture NOT IN ('merged', 'taken_apart')
UNION ALL
SELECT lower(hex(t.id)), t.title, t.excerpt,
  strftime('%Y-%m-%dT%H:%M:%SZ', y.first_seen / 1000.0, 'unixepoch'),
  strftime('%Y-%m-%dT%H:%M:%SZ', y.last_seen / 1000.0, 'unixepoch')
FROM teasers t JOIN tallies y ON y.record = t.record
WHERE y.variants = 0 AND (t.furniture IS NULL OR t.furniture NOT IN ('merged', 'taken_apart'));

DROP VIEW furniture;
CREATE VIEW furniture AS
SELECT lower(hex(t.id)) AS id, s.name AS source, t.title, t.excerpt, t.url, t.furniture AS reason, y.sightings
FROM teasers t JOIN tallies y ON y.record = t.record JOIN sources s ON s.source = t.source
WHERE t.furniture IS NOT NULL AND t.furniture NOT IN ('merged', 'taken_apart');

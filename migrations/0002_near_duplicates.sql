-- Near-duplicates: links between records that tell the same story under different URLs or in different sources.

-- Short keys of titles and of beginnings of excerpts: records that share one are compared.
CREATE TABLE near_keys (
  key    INTEGER NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (key, record)
) STRICT, WITHOUT ROWID;

-- Two records that are near-duplicates of each other, `record` the smaller number; all that hang together are a cluster.
CREATE TABLE clusters (
  record     INTEGER NOT NULL REFERENCES teasers,
  other      INTEGER NOT NULL REFERENCES teasers,
  reason     TEXT NOT NULL,
  similarity REAL NOT NULL,
  PRIMARY KEY (record, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX clusters_other ON clusters (other);

-- Records whose cluster must be looked at again.
CREATE TABLE unsettled (record INTEGER PRIMARY KEY) STRICT;

CREATE VIEW near_duplicates AS
SELECT lower(hex(a.id)) AS record_id, lower(hex(b.id)) AS other_id, c.reason, c.similarity
FROM clusters c JOIN teasers a ON a.record = c.record JOIN teasers b ON b.record = c.other;

-- Visits that a run could not make because another writer held the lock: one row per source and holder.
CREATE TABLE missed_visits (
  source   INTEGER NOT NULL REFERENCES sources,
  holder   TEXT NOT NULL,
  count    INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  PRIMARY KEY (source, holder)
) STRICT, WITHOUT ROWID;

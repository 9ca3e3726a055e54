-- Validators belong to a source: a second one that shares a URL has not read what the first has.
CREATE TABLE validators_of_sources (
  source              INTEGER NOT NULL REFERENCES sources,
  url                 TEXT NOT NULL,
  etag                TEXT,
  last_modified       TEXT,
  digest              BLOB,
  not_modified_streak INTEGER NOT NULL,
  distrusted          INTEGER NOT NULL,
  PRIMARY KEY (source, url)
) STRICT, WITHOUT ROWID;

INSERT INTO validators_of_sources
SELECT p.source, v.url, v.etag, v.last_modified, v.digest, v.not_modified_streak, v.distrusted
FROM validators v JOIN pages p ON p.url = v.url;

DROP TABLE validators;
ALTER TABLE validators_of_sources RENAME TO validators;

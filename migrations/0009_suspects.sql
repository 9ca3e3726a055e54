-- Which snapshots showed a block without a date of its own: furniture is found by comparing them. A few per block do.
CREATE TABLE suspects (
  record   INTEGER NOT NULL,
  snapshot INTEGER NOT NULL,
  page     INTEGER NOT NULL,
  PRIMARY KEY (record, snapshot)
) STRICT, WITHOUT ROWID;

-- What a run leaves to the next about hosts: `held` is JSON. Domains that asked for patience, robots.txt files.
CREATE TABLE domains (
  domain TEXT PRIMARY KEY,
  held   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE robots (
  authority TEXT PRIMARY KEY,
  held      TEXT NOT NULL
) STRICT;

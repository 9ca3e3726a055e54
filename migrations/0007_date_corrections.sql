-- Dates that were read again because their listing taught more, each with its reason.
CREATE TABLE corrections (
  correction INTEGER PRIMARY KEY,
  record     INTEGER NOT NULL REFERENCES teasers,
  raw        TEXT NOT NULL,
  before     TEXT NOT NULL,
  after      TEXT NOT NULL,
  reason     TEXT NOT NULL
) STRICT;
CREATE INDEX corrections_record ON corrections (record);

CREATE VIEW date_corrections AS
SELECT lower(hex(t.id)) AS record_id, c.raw, c.before, c.after, c.reason
FROM corrections c JOIN teasers t ON t.record = c.record;

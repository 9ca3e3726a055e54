-- The feed of a source fills in what its listing lacks. A capture of it is a snapshot without a listing.

-- What the feed says of articles that the listing has not shown so far, by id; `entry` is JSON. What it says of records
-- stands in `teasers.held`: `feed` is the entry, `filled` the names of the columns that come from it.
CREATE TABLE unlisted (
  source INTEGER NOT NULL REFERENCES sources,
  id     BLOB NOT NULL,
  entry  TEXT NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

-- Why the feed could not be read at this visit.
ALTER TABLE visits ADD COLUMN feed_problem TEXT;

-- Fields of records that come from the feed of their source.
CREATE VIEW feed_fields AS
SELECT lower(hex(t.id)) AS record_id, s.name AS source, j.value AS field
FROM teasers t JOIN sources s ON s.source = t.source JOIN json_each(t.held, '$.filled') j
WHERE t.furniture IS NULL;

-- Which column of rows holds a field, as `ingest --map` was told: JSON array of pairs. Rows are read again with it.
ALTER TABLE snapshots ADD COLUMN columns TEXT;

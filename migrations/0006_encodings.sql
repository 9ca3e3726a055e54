-- The text encoding that a page declared and the one that it was read in, where they differ; else both are null.
ALTER TABLE snapshots ADD COLUMN declared_encoding TEXT;
ALTER TABLE snapshots ADD COLUMN used_encoding TEXT;

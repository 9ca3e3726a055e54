-- Words are gathered in 16 MB of memory instead of 1 before they are written, and eight parts of the index are merged at once
-- instead of four: each word of a large ingest is written less often. What is found stays the same.
INSERT INTO teasers_fts (teasers_fts, rank) VALUES ('hashsize', 16777216);
INSERT INTO teasers_fts (teasers_fts, rank) VALUES ('automerge', 8);

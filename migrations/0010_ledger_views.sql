-- The history of headlines, and how long a record stood on a page, for those who read the ledger.
CREATE VIEW headline_changes AS
SELECT record_id, changed_at, before, after
FROM (
  SELECT record_id, first_seen_at AS changed_at, title AS after,
    lag(title) OVER (PARTITION BY record_id ORDER BY first_seen_at) AS before
  FROM headlines
)
WHERE before <> after;

CREATE VIEW time_on_page AS
SELECT record_id, source, page, min(position) AS best_position, count(*) AS sightings,
  min(captured_at) AS first_seen_at, max(captured_at) AS last_seen_at,
  round((julianday(max(captured_at)) - julianday(min(captured_at))) * 24, 2) AS hours
FROM sighting_ledger
GROUP BY record, page;

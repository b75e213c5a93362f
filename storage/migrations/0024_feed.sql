-- expands: yes, a new column that may be left out, and a new table.
-- When a visit was last compared with what its clinic has: each night all visits ahead are.
ALTER TABLE appointments ADD COLUMN compared_at INTEGER;
CREATE INDEX appointments_ahead ON appointments (system, ends_at) WHERE booking IS NOT NULL;

-- By which law the moments of a zone were reckoned: a visit keeps its local time when the law changes.
CREATE TABLE zone_laws (
    zone TEXT PRIMARY KEY,
    offsets TEXT NOT NULL
) STRICT;

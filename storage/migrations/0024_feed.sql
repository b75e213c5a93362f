-- expands: yes, a new column that may be left out.
-- When a visit was last compared with what its clinic has: each night all visits ahead are.
ALTER TABLE appointments ADD COLUMN compared_at INTEGER;
CREATE INDEX appointments_ahead ON appointments (system, ends_at) WHERE booking IS NOT NULL;

-- expands: yes, a column that may be left out, and an index.
-- forgiven: the desk has said that a late cancellation or a missed visit does not count towards a block of booking.

ALTER TABLE appointments ADD COLUMN forgiven INTEGER NOT NULL DEFAULT 0;
CREATE INDEX appointments_missed ON appointments (clinic_id, starts_at) WHERE status = 'NO_SHOW';

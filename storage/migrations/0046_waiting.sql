-- expands: yes, a new table.
-- The waiting list of people without the bot: a clinic has called off their visit (booking) and nothing was left, so that
-- nobody comes before them. person and booking are the system's references.

CREATE TABLE waiting_persons (
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    booking TEXT NOT NULL,
    person TEXT NOT NULL,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES specialties (id),
    is_first INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX waiting_persons_by_visit ON waiting_persons (system, booking) WHERE ended_at IS NULL;
CREATE INDEX waiting_persons_by_person ON waiting_persons (system, person) WHERE ended_at IS NULL;
CREATE INDEX waiting_persons_in_order ON waiting_persons (clinic_id, specialty_id, is_first DESC, since) WHERE ended_at IS NULL;
CREATE INDEX waiting_persons_by_end ON waiting_persons (until);

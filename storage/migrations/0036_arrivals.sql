-- expands: yes, a column that may be left out, and indexes.
-- What a parent says of a visit to which the clinic has noted nobody came: ASKED until the desk has answered, DENIED if
-- the desk says so too. If the desk agrees, the clinic's note itself changes.

ALTER TABLE appointments ADD COLUMN presence TEXT CHECK (presence IN ('ASKED', 'DENIED'));
CREATE INDEX appointments_presence ON appointments (clinic_id, starts_at) WHERE presence = 'ASKED';
CREATE INDEX appointments_confirmed ON appointments (clinic_id, starts_at) WHERE confirmed = 1;
CREATE INDEX appointments_late ON appointments (clinic_id, starts_at) WHERE late = 1;

-- Visits whose day may be over.
CREATE INDEX registry_bookings_open ON registry_bookings (status, slot_id) WHERE status = 'BOOKED' OR status = 'CHECKED_IN';

-- expands: yes, a new table with its triggers.
-- The numbers of visits that stay at a clinic although their card is erased, until the visits are over. The reception finds
-- a visit by its number, and a card of the same child takes the visit up again under it. No row says whose the visit is.

CREATE TABLE kept_numbers (
    system TEXT NOT NULL,
    booking TEXT NOT NULL,
    ref TEXT NOT NULL,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (system, booking)
) STRICT;
CREATE INDEX kept_numbers_by_ref ON kept_numbers (ref);
CREATE INDEX kept_numbers_by_end ON kept_numbers (ends_at);

-- However the card is erased: by its last representative, with the account, by a job or by a restore.
CREATE TRIGGER number_kept BEFORE DELETE ON patients BEGIN
    INSERT INTO kept_numbers (system, booking, ref, clinic_id, ends_at)
    SELECT a.system, a.booking, a.ref, a.clinic_id, a.ends_at FROM appointments a
    WHERE a.patient_id = OLD.id AND a.status IN ('BOOKED', 'CHECKED_IN') AND a.booking IS NOT NULL
    ON CONFLICT (system, booking) DO UPDATE SET ref = excluded.ref, ends_at = excluded.ends_at;
END;

-- A number that somebody has been told is not given to another visit.
CREATE TRIGGER number_not_given_twice BEFORE INSERT ON appointments
WHEN NEW.replaces IS NULL AND EXISTS (
    SELECT 1 FROM kept_numbers k
    WHERE k.ref = NEW.ref AND (k.system <> NEW.system OR k.booking IS NOT NEW.booking)
)
BEGIN
    SELECT RAISE(IGNORE);
END;

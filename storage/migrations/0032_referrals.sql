-- expands: yes, a new table, a trigger and a column that may be left out.
-- Referrals whose numbers were typed for a card: the clinic's own references, which say nothing without the clinic.

CREATE TABLE known_referrals (
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    system TEXT NOT NULL,
    referral TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (patient_id, system, referral)
) STRICT;
CREATE INDEX known_referrals_by_end ON known_referrals (ends_at);

-- A number was typed of one person.
CREATE TRIGGER person_of_referrals_changed AFTER UPDATE OF person_index ON patients
WHEN NEW.person_index IS NOT OLD.person_index AND OLD.person_index IS NOT NULL BEGIN
    DELETE FROM known_referrals WHERE patient_id = OLD.id;
END;

-- The clinic whose desk has given it in the bot; NULL for one that came in another way.
ALTER TABLE registry_referrals ADD COLUMN clinic_id INTEGER REFERENCES registry_clinics (id);

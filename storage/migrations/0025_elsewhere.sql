-- expands: yes, new tables, columns that may be left out, and triggers.
-- Visits that were made elsewhere: at the desk, by telephone, or from another account.

-- By the person of the register a change of the clinic finds the cards that it concerns. A card gets it with its next
-- verdict of the register or when it is opened.
ALTER TABLE patients ADD COLUMN person_index BLOB;
CREATE INDEX patients_by_person ON patients (person_index) WHERE person_index IS NOT NULL;

-- 1: the visit was made elsewhere, and the account may see it; what it may not see stands in visits_elsewhere alone.
ALTER TABLE appointments ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0;

-- What a clinic knows of a card's person beside the card's own bookings: one row for each booking and card.
CREATE TABLE visits_elsewhere (
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    system TEXT NOT NULL,
    booking TEXT NOT NULL,
    key TEXT,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES specialties (id),
    doctor_id INTEGER NOT NULL REFERENCES doctors (id),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    visit_type TEXT NOT NULL,
    room TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (patient_id, system, booking)
) STRICT;
CREATE INDEX visits_elsewhere_by_booking ON visits_elsewhere (system, booking);
CREATE INDEX visits_elsewhere_by_end ON visits_elsewhere (ends_at);

-- When a clinic system was last asked about a card's person, and whether it knows the telephone of that account, the
-- card's owner at that time.
CREATE TABLE clinic_looks (
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    system TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    knows_phone INTEGER NOT NULL,
    looked_at INTEGER NOT NULL,
    PRIMARY KEY (patient_id, system)
) STRICT;
CREATE INDEX clinic_looks_of_account ON clinic_looks (account_id);
CREATE INDEX clinic_looks_by_age ON clinic_looks (looked_at);

-- An answer is about one telephone and one person.
CREATE TRIGGER phone_changed AFTER UPDATE OF phone_index ON contacts WHEN NEW.phone_index IS NOT OLD.phone_index BEGIN
    DELETE FROM clinic_looks WHERE account_id = OLD.account_id;
END;
CREATE TRIGGER phone_gone AFTER DELETE ON contacts BEGIN
    DELETE FROM clinic_looks WHERE account_id = OLD.account_id;
END;
CREATE TRIGGER person_changed AFTER UPDATE OF person_index ON patients WHEN NEW.person_index IS NOT OLD.person_index BEGIN
    DELETE FROM visits_elsewhere WHERE patient_id = OLD.id;
    DELETE FROM clinic_looks WHERE patient_id = OLD.id;
END;

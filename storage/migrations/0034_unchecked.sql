-- expands: yes, a new table.
-- The record that a clinic has of a card's child whose policy was not checked when a visit was booked: the clinic's own
-- reference, which says nothing without the clinic. It goes once the policy is right and the record is the person's.

CREATE TABLE unchecked_persons (
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    person TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (patient_id, clinic_id)
) STRICT;
CREATE INDEX unchecked_persons_made ON unchecked_persons (made_at);

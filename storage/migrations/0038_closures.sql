-- expands: yes, new tables, and a column that may be left out.
-- Hours that the desk has closed, with what became of the visits in them.

CREATE TABLE registry_closures (
    id INTEGER PRIMARY KEY,
    clinic_id INTEGER NOT NULL REFERENCES registry_clinics (id),
    doctor_id INTEGER NOT NULL REFERENCES registry_doctors (id),
    local_day TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    reason TEXT NOT NULL,
    exception_id INTEGER,
    closed_at INTEGER NOT NULL,
    reopened_at INTEGER
) STRICT;
CREATE INDEX registry_closures_of_day ON registry_closures (doctor_id, local_day) WHERE reopened_at IS NULL;

-- The slots that a closing has blocked; booking_id is the visit that it has called off, offer_slot what is kept for it.
CREATE TABLE registry_closed_slots (
    closure_id INTEGER NOT NULL REFERENCES registry_closures (id),
    slot_id INTEGER NOT NULL REFERENCES registry_slots (id) ON DELETE CASCADE,
    booking_id INTEGER REFERENCES registry_bookings (id),
    offer_slot INTEGER REFERENCES registry_slots (id) ON DELETE SET NULL,
    offer_key TEXT,
    offer_until INTEGER,
    called_at INTEGER,
    PRIMARY KEY (closure_id, slot_id)
) STRICT;
CREATE INDEX registry_closed_slots_of_slot ON registry_closed_slots (slot_id);
CREATE INDEX registry_closed_slots_of_offer ON registry_closed_slots (offer_slot) WHERE offer_slot IS NOT NULL;
CREATE INDEX registry_closed_slots_of_booking ON registry_closed_slots (booking_id) WHERE booking_id IS NOT NULL;

-- Days that differ because the desk has said so: an import does not end them.
ALTER TABLE registry_exceptions ADD COLUMN from_desk INTEGER NOT NULL DEFAULT 0;

-- What a clinic keeps instead of a visit of the bot that it has called off with its hours; slot is NULL if nothing was left.
CREATE TABLE closed_visits (
    appointment_id INTEGER PRIMARY KEY REFERENCES appointments (id) ON DELETE CASCADE,
    slot TEXT,
    doctor TEXT,
    starts_at INTEGER,
    visit_type TEXT,
    reservation TEXT,
    until INTEGER,
    closed_at INTEGER NOT NULL,
    declined_at INTEGER
) STRICT;

-- The waiting list. is_first: a clinic has called off the visit and nothing was left, so that nobody comes before.
-- doctor_id: only this one will do. earlier_than: the visit that an earlier time would replace.
CREATE TABLE waitlist_entries (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    specialty_id INTEGER NOT NULL REFERENCES specialties (id),
    doctor_id INTEGER REFERENCES doctors (id),
    called_off INTEGER REFERENCES appointments (id) ON DELETE CASCADE,
    earlier_than INTEGER REFERENCES appointments (id) ON DELETE CASCADE,
    is_first INTEGER NOT NULL DEFAULT 0,
    at_night INTEGER NOT NULL DEFAULT 0,
    unanswered INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    paused_until INTEGER,
    ended_at INTEGER
) STRICT;
CREATE INDEX waitlist_of_patient ON waitlist_entries (patient_id);
CREATE UNIQUE INDEX waitlist_by_visit ON waitlist_entries (called_off) WHERE called_off IS NOT NULL AND ended_at IS NULL;
CREATE INDEX waitlist_called_off ON waitlist_entries (called_off);
CREATE INDEX waitlist_earlier_than ON waitlist_entries (earlier_than);
CREATE INDEX waitlist_in_order ON waitlist_entries (clinic_id, specialty_id, is_first DESC, since) WHERE ended_at IS NULL;
CREATE INDEX waitlist_by_end ON waitlist_entries (until);
CREATE INDEX closed_visits_by_age ON closed_visits (closed_at);
CREATE INDEX closed_visits_declined ON closed_visits (declined_at) WHERE declined_at IS NOT NULL;
-- One person may be several doctors: of two specialties, or of two clinics.
CREATE INDEX registry_doctors_of_person ON registry_doctors (doctor_code) WHERE doctor_code IS NOT NULL;

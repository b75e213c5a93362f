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

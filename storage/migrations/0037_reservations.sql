-- expands: yes, new tables, columns that may be left out, and an index that allows more than the one before.
-- The port grows: a slot that is reserved for an offer, a group of holds, a feed of what has become free.

-- A FREE slot that only whoever has the key may take, until a moment. It names nobody.
CREATE TABLE registry_reservations (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    slot_id INTEGER NOT NULL UNIQUE REFERENCES registry_slots (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX registry_reservations_by_end ON registry_reservations (expires_at);

-- The feed of slots that are new or free again; an id is never given twice, for readers keep the last one.
CREATE TABLE registry_openings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slot_id INTEGER NOT NULL REFERENCES registry_slots (id) ON DELETE CASCADE,
    made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX registry_openings_of_slot ON registry_openings (slot_id);
CREATE INDEX registry_openings_by_age ON registry_openings (made_at);

-- One group of holds for each account that acts for a person, of at most seven; a hold alone has the place 0.
ALTER TABLE registry_bookings ADD COLUMN hold_group TEXT NOT NULL DEFAULT '';
ALTER TABLE registry_bookings ADD COLUMN hold_place INTEGER NOT NULL DEFAULT 0 CHECK (hold_place BETWEEN 0 AND 6);
DROP INDEX registry_bookings_one_hold_a_holder;
CREATE UNIQUE INDEX registry_bookings_one_group_a_holder ON registry_bookings (person_id, holder, hold_place)
WHERE status = 'HELD';

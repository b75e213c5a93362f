-- expands: yes, columns that may be left out.
-- When the patient of a visit came; it outlives the status, so that a visit that is given back is checked in again.
ALTER TABLE registry_bookings ADD COLUMN arrived_at INTEGER;
UPDATE registry_bookings SET arrived_at = (SELECT max(c.made_at) FROM registry_changes c WHERE c.booking_id = registry_bookings.id)
WHERE status = 'CHECKED_IN';
-- What the desk has noted of a benefit, 1 or 0: an import keeps it. NULL: the file decides.
ALTER TABLE registry_persons ADD COLUMN desk_priority INTEGER;
UPDATE registry_persons SET desk_priority = 1 WHERE priority = 1 AND from_file = 0;
-- A closing that was opened again keeps only the rows of visits that could not be given back; no earlier row is read.
DELETE FROM registry_closed_slots WHERE closure_id IN (SELECT id FROM registry_closures WHERE reopened_at IS NOT NULL);

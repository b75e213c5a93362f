-- expands: yes, a new column that may be left out: then the time was told in the zone that the clinic has.
-- The zone in which people were told the time of a visit: a clinic may get another one in its record.
ALTER TABLE appointments ADD COLUMN told_zone TEXT;
UPDATE appointments SET told_zone = (SELECT c.zone FROM clinics c WHERE c.id = clinic_id);

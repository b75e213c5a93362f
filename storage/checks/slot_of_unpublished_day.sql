-- The days that a timetable has opened are noted: a day that is not noted would be opened again, with what was withdrawn.
-- leeway: 0, both are written in one transaction.
-- whole: it is about the days of a timetable, which no visit changes.
SELECT DISTINCT 'practice ' || s.doctor_id || ' on ' || s.local_day AS place
FROM registry_doctors d
    JOIN registry_slots s ON s.doctor_id = d.id
WHERE d.id > 0 AND d.retired = 0 AND s.starts_at > :now
    AND EXISTS (SELECT 1 FROM registry_timetable t WHERE t.doctor_id = d.id)
    AND NOT EXISTS (
        SELECT 1 FROM registry_published p WHERE p.doctor_id = s.doctor_id AND p.local_day = s.local_day
    );

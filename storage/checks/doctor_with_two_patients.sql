-- A doctor has one patient at a time: visits of a timetable that was changed do not overlap those that stayed.
-- leeway: 0, an overlap is refused when a template is read, and no slot opens beside one that is taken.
SELECT 'slot ' || s.id AS place
FROM temp.changed_slots n
    CROSS JOIN registry_slots s ON s.id = n.id
    JOIN registry_slots other ON other.doctor_id = s.doctor_id AND other.id <> s.id
WHERE s.status = 'BUSY' AND other.status = 'BUSY'
    AND other.starts_at > s.starts_at - 86400 AND other.starts_at <= s.starts_at AND other.ends_at > s.starts_at
    AND s.starts_at > :now;

-- Records that clinics have of children whose policy was not checked when a visit was booked.

-- name: add_unchecked_person!
INSERT INTO unchecked_persons (patient_id, clinic_id, person, made_at)
VALUES (:patient, :clinic, :person, :now)
ON CONFLICT DO NOTHING;

-- name: find_unchecked_person^
SELECT person FROM unchecked_persons WHERE patient_id = :patient AND clinic_id = :clinic;

-- name: find_unchecked_persons_of^
SELECT person FROM unchecked_persons WHERE patient_id = :patient LIMIT 1;

-- name: list_checked_persons
-- Those of cards whose policy is right by now.
SELECT u.patient_id, u.clinic_id, u.person
FROM unchecked_persons u JOIN patients p ON p.id = u.patient_id
WHERE u.made_at > 0 AND p.status = 'VERIFIED' AND p.sealed_person IS NOT NULL
ORDER BY u.made_at LIMIT :limit;

-- name: delete_unchecked_person!
DELETE FROM unchecked_persons WHERE patient_id = :patient AND clinic_id = :clinic;

-- name: delete_old_unchecked_persons!
DELETE FROM unchecked_persons WHERE made_at < :before;

-- Records that clinics have of children whose policy was not checked when a visit was booked.

-- name: add_unchecked_person!
INSERT INTO unchecked_persons (patient_id, clinic_id, person, made_at)
VALUES (:patient, :clinic, :person, :now)
ON CONFLICT DO NOTHING;

-- name: find_unchecked_person^
SELECT person FROM unchecked_persons WHERE patient_id = :patient AND clinic_id = :clinic;

-- name: list_unchecked_persons
SELECT patient_id, clinic_id, person FROM unchecked_persons WHERE patient_id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

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

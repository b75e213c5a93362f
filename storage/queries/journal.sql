-- name: add_entries*!
INSERT INTO audit (account_id, actor, clinic_id, operator, at, action, subject)
VALUES (:account, :actor, :clinic, :operator, :now, :deed, :subject);

-- name: list_deeds_of_staff
SELECT subject, action FROM audit
WHERE account_id = :account AND actor = 'STAFF' AND at >= :since AND subject IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

-- name: count_names_read
SELECT account_id, count(DISTINCT subject) AS names FROM audit
WHERE actor = 'STAFF' AND clinic_id = :clinic AND at >= :since AND at < :until
    AND action IN ('name listed at the desk', 'name found at the desk', 'visit read at the desk', 'desk matter read',
        'desk check read', 'person read at the desk', 'full data shown at the desk')
GROUP BY account_id;

-- name: list_entries_of_account
-- Without the names that a staff member has seen in lists: they would hide everything else.
SELECT j.at, j.account_id, j.actor, j.operator, j.clinic_id, j.action, j.subject, c.name AS clinic
FROM audit j LEFT JOIN clinics c ON c.id = j.clinic_id
WHERE j.account_id = :account AND j.action NOT IN ('name listed at the desk', 'name found at the desk')
ORDER BY j.id DESC LIMIT :limit OFFSET :skip;

-- name: count_entries_of_account^
SELECT count(*) AS n FROM audit
WHERE account_id = :account AND action NOT IN ('name listed at the desk', 'name found at the desk');

-- name: list_entries_of_operators
SELECT j.at, j.account_id, j.actor, j.clinic_id, j.operator, j.action, j.subject, c.name AS clinic
FROM audit j LEFT JOIN clinics c ON c.id = j.clinic_id
WHERE j.account_id = :account AND j.actor = 'OPERATOR' ORDER BY j.id DESC LIMIT :limit;

-- name: list_entries_of_account_after
SELECT id, at, actor, action, subject FROM audit
WHERE account_id = :account AND id > :after ORDER BY id LIMIT :limit;

-- name: delete_old_entries!
DELETE FROM audit WHERE at < :before;

-- name: list_entries_of_patient
-- Entries about a patient and about the patient's visits, newest first, one for each act: what a person has asked of the
-- clinic and what the clinic has answered are one act, with that person's time and the clinic's outcome.
SELECT j.id, j.at, j.account_id, j.actor, j.clinic_id, j.action, j.subject, '' AS ref, c.name AS clinic,
    NULL AS specialty, NULL AS specialty_code, NULL AS starts_at, NULL AS zone, NULL AS moved_to
FROM audit j LEFT JOIN clinics c ON c.id = j.clinic_id WHERE j.subject = :subject
UNION ALL
SELECT j.id, j.at, j.account_id, j.actor, j.clinic_id, coalesce(
        CASE j.action WHEN 'booking asked for' THEN (
            SELECT answer.action FROM audit answer
            WHERE answer.subject = j.subject AND answer.id > j.id AND answer.action LIKE 'booking: %'
            ORDER BY answer.id LIMIT 1
        ) WHEN 'cancellation asked for' THEN (
            SELECT answer.action FROM audit answer
            WHERE answer.subject = j.subject AND answer.id > j.id
                AND answer.action IN ('visit cancelled', 'cancellation refused')
            ORDER BY answer.id LIMIT 1
        ) END,
        j.action
    ) AS action, j.subject, visit.ref, c.name AS clinic, p.name AS specialty, p.code AS specialty_code,
    visit.starts_at, place.zone, (
        SELECT later.starts_at FROM appointments later
        WHERE later.ref = visit.ref AND later.replaces = visit.id AND later.status <> 'REFUSED'
        ORDER BY later.id DESC LIMIT 1
    ) AS moved_to
FROM appointments visit JOIN audit j ON j.subject = 'appointment ' || visit.id
    JOIN specialties p ON p.id = visit.specialty_id JOIN clinics place ON place.id = visit.clinic_id
    LEFT JOIN clinics c ON c.id = j.clinic_id
WHERE visit.patient_id = :patient
    AND NOT (j.action LIKE 'booking: %' AND EXISTS (
        SELECT 1 FROM audit asked
        WHERE asked.subject = j.subject AND asked.id < j.id AND asked.action = 'booking asked for'
    ))
    AND NOT (j.action IN ('visit cancelled', 'cancellation refused') AND EXISTS (
        SELECT 1 FROM audit asked
        WHERE asked.subject = j.subject AND asked.id < j.id AND asked.action = 'cancellation asked for'
    ))
    AND NOT (j.action = 'booking asked for' AND visit.replaces IS NOT NULL AND EXISTS (
        SELECT 1 FROM audit moved
        WHERE moved.subject = 'appointment ' || visit.replaces AND moved.action = 'visit moved'
    ))
ORDER BY 1 DESC LIMIT :limit OFFSET :skip;

-- name: count_entries_of_patient^
SELECT (SELECT count(*) FROM audit WHERE subject = :subject) + (
    SELECT count(*) FROM appointments visit JOIN audit j ON j.subject = 'appointment ' || visit.id
    WHERE visit.patient_id = :patient
        AND NOT (j.action LIKE 'booking: %' AND EXISTS (
            SELECT 1 FROM audit asked
            WHERE asked.subject = j.subject AND asked.id < j.id AND asked.action = 'booking asked for'
        ))
        AND NOT (j.action IN ('visit cancelled', 'cancellation refused') AND EXISTS (
            SELECT 1 FROM audit asked
            WHERE asked.subject = j.subject AND asked.id < j.id AND asked.action = 'cancellation asked for'
        ))
        AND NOT (j.action = 'booking asked for' AND visit.replaces IS NOT NULL AND EXISTS (
            SELECT 1 FROM audit moved
            WHERE moved.subject = 'appointment ' || visit.replaces AND moved.action = 'visit moved'
        ))
) AS n;

-- name: list_entries_of_patient_before
-- A page of the same list, from the entry before that id on.
SELECT j.id, j.at, j.account_id, j.actor, j.clinic_id, j.action, j.subject, '' AS ref, c.name AS clinic
FROM audit j LEFT JOIN clinics c ON c.id = j.clinic_id WHERE j.subject = :subject AND j.id < :before
UNION ALL
SELECT j.id, j.at, j.account_id, j.actor, j.clinic_id, j.action, j.subject, visit.ref, c.name AS clinic
FROM appointments visit JOIN audit j ON j.subject = 'appointment ' || visit.id
    LEFT JOIN clinics c ON c.id = j.clinic_id
WHERE visit.patient_id = :patient AND j.id < :before
ORDER BY 1 DESC LIMIT :limit;

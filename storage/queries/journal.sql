-- name: add_entry!
INSERT INTO audit (account_id, actor, clinic_id, operator, at, action, subject)
VALUES (:account, :actor, :clinic, :operator, :now, :deed, :subject);

-- name: list_deeds_of_staff
SELECT action FROM audit
WHERE account_id = :account AND actor = 'STAFF' AND at >= :since AND subject = :subject;

-- name: count_names_read
SELECT account_id, count(DISTINCT subject) AS names FROM audit
WHERE actor = 'STAFF' AND clinic_id = :clinic AND at >= :since AND at < :until
    AND action IN ('name listed at the desk', 'name found at the desk', 'visit read at the desk', 'desk matter read')
GROUP BY account_id;

-- name: list_entries_of_account
-- Without the names that a staff member has seen in lists: they would hide everything else.
SELECT j.at, j.account_id, j.actor, j.operator, j.clinic_id, j.action, j.subject, c.name AS clinic
FROM audit j LEFT JOIN clinics c ON c.id = j.clinic_id
WHERE j.account_id = :account AND j.action NOT IN ('name listed at the desk', 'name found at the desk')
ORDER BY j.id DESC LIMIT :limit;

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
-- Entries about a patient and about the patient's visits, newest first.
SELECT j.id, j.at, j.account_id, j.actor, j.clinic_id, j.action, j.subject, '' AS ref, c.name AS clinic
FROM audit j LEFT JOIN clinics c ON c.id = j.clinic_id WHERE j.subject = :subject
UNION ALL
SELECT j.id, j.at, j.account_id, j.actor, j.clinic_id, j.action, j.subject, visit.ref, c.name AS clinic
FROM appointments visit JOIN audit j ON j.subject = 'appointment ' || visit.id
    LEFT JOIN clinics c ON c.id = j.clinic_id
WHERE visit.patient_id = :patient
ORDER BY 1 DESC LIMIT :limit OFFSET :skip;

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

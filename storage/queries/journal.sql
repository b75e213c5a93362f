-- name: add_entry!
INSERT INTO audit (account_id, actor, at, action, subject) VALUES (:account, :actor, :now, :deed, :subject);

-- name: list_entries_of_account
SELECT at, account_id, actor, action, subject FROM audit WHERE account_id = :account ORDER BY id DESC LIMIT :limit;

-- name: list_entries_of_account_after
SELECT id, at, action, subject FROM audit
WHERE account_id = :account AND id > :after ORDER BY id LIMIT :limit;

-- name: delete_old_entries!
DELETE FROM audit WHERE at < :before;

-- name: list_entries_of_patient
-- Entries about a patient and about the patient's visits, newest first.
SELECT own.id, own.at, own.account_id, own.actor, own.action, own.subject, '' AS ref
FROM audit own WHERE own.subject = :subject
UNION ALL
SELECT j.id, j.at, j.account_id, j.actor, j.action, j.subject, visit.ref
FROM appointments visit JOIN audit j ON j.subject = 'appointment ' || visit.id
WHERE visit.patient_id = :patient
ORDER BY 1 DESC LIMIT :limit OFFSET :skip;

-- name: list_entries_of_patient_before
-- A page of the same list, from the entry before that id on.
SELECT own.id, own.at, own.account_id, own.actor, own.action, own.subject, '' AS ref
FROM audit own WHERE own.subject = :subject AND own.id < :before
UNION ALL
SELECT j.id, j.at, j.account_id, j.actor, j.action, j.subject, visit.ref
FROM appointments visit JOIN audit j ON j.subject = 'appointment ' || visit.id
WHERE visit.patient_id = :patient AND j.id < :before
ORDER BY 1 DESC LIMIT :limit;

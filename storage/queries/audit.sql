-- name: add!
INSERT INTO audit (account_id, actor, at, action, subject) VALUES (:account, :actor, :now, :deed, :subject);

-- name: list_of
SELECT at, account_id, actor, action, subject FROM audit WHERE account_id = :account ORDER BY id DESC LIMIT :limit;

-- name: forget!
DELETE FROM audit WHERE at < :before;

-- name: list_of_patient
-- What was done with a patient and with the patient's visits, the newest first.
SELECT own.id, own.at, own.account_id, own.actor, own.action, own.subject, '' AS ref
FROM audit own WHERE own.subject = :subject
UNION ALL
SELECT j.id, j.at, j.account_id, j.actor, j.action, j.subject, visit.ref
FROM appointments visit JOIN audit j ON j.subject = 'appointment ' || visit.id
WHERE visit.patient_id = :patient
ORDER BY 1 DESC LIMIT :limit OFFSET :skip;

-- Whom a number that the bot has told belongs to, for the operator. A representative whose rights are suspended counts
-- too: that person may be the one who asks.

-- name: list_people_of_patient
SELECT account_id FROM representations WHERE patient_id = :patient ORDER BY created_at, account_id;

-- name: list_people_of_policy
SELECT DISTINCT r.account_id FROM patients p JOIN representations r ON r.patient_id = p.id
WHERE p.policy_index = :policy ORDER BY r.account_id;

-- name: find_visit_of_ref^
-- The newest visit of a chain: a moved visit keeps its number.
SELECT id, patient_id, account_id, status, created_at AS at FROM appointments WHERE ref = :ref ORDER BY id DESC LIMIT 1;

-- name: find_visit^
SELECT id, ref, patient_id, account_id, status, created_at AS at FROM appointments WHERE id = :appointment;

-- name: find_request_of_ref^
SELECT patient_id, account_id, status, asked_at AS at FROM access_requests WHERE ref = :ref;

-- name: find_matter_of_ref^
SELECT patient_id, account_id, kind, opened_at AS at, closed_at FROM desk_matters WHERE ref = :ref;

-- name: find_application_of_ref^
SELECT patient_id, account_id, status, filed_at AS at FROM applications WHERE ref = :ref;

-- name: find_policy_request_of_ref^
SELECT account_id, status, filed_at AS at FROM policy_requests WHERE ref = :ref;

-- name: find_kept_visit_of_ref^
SELECT c.name AS clinic FROM kept_numbers k JOIN clinics c ON c.id = k.clinic_id WHERE k.ref = :ref;

-- name: count_holdings^
-- Patients, those of them that another account keeps too, visits ahead, and those of patients that nobody else keeps.
WITH mine AS (
    SELECT r.patient_id, EXISTS (
        SELECT 1 FROM representations other
        WHERE other.patient_id = r.patient_id AND other.account_id <> r.account_id AND other.suspended_until IS NULL
    ) AS is_shared
    FROM representations r WHERE r.account_id = :account AND r.suspended_until IS NULL
),
ahead AS (
    SELECT mine.is_shared FROM mine JOIN appointments visit ON visit.patient_id = mine.patient_id
    WHERE visit.ends_at > :now AND visit.status IN ('PENDING', 'BOOKED', 'CHECKED_IN')
)
SELECT (SELECT count(*) FROM mine) AS patients, (SELECT count(*) FROM mine WHERE is_shared = 1) AS shared,
    (SELECT count(*) FROM ahead) AS visits, (SELECT count(*) FROM ahead WHERE is_shared = 0) AS unshared_visits;

-- name: find_takeover_of_ref^
SELECT old_id, new_id, status FROM takeovers WHERE ref = :ref;

-- name: find_move_of_ref^
SELECT old_id, new_id, moved_at AS at FROM moves WHERE ref = :ref;

-- name: list_moves_of_account
-- Takeovers that can still be undone, the newest first.
SELECT takeover_id, ref, old_id, new_id, moved_at, until FROM moves
WHERE (old_id = :account OR new_id = :account) AND until > :now
ORDER BY takeover_id DESC;

-- name: find_erasure^
SELECT at, actor, operator FROM audit WHERE subject = :ref AND action = 'erased' ORDER BY id DESC LIMIT 1;

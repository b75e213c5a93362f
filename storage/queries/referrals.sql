-- name: record_referral!
INSERT INTO known_referrals (patient_id, system, referral, ends_at)
VALUES (:patient, :system, :referral, :ends_at)
ON CONFLICT (patient_id, system, referral) DO UPDATE SET ends_at = excluded.ends_at;

-- name: list_known_referrals
SELECT referral FROM known_referrals WHERE patient_id = :patient AND system = :system;

-- name: delete_ended_referrals!
DELETE FROM known_referrals WHERE ends_at < :before;

-- name: add^
INSERT INTO orders (
    key, account_id, patient_id, doctor_id, slot, starts_at, ends_at, visit_type, room, expires_at, replaces, created_at
) VALUES (
    :key, :account, :patient, :doctor, :slot, :starts_at, :ends_at, :visit_type, :room, :expires_at, :replaces, :now
)
RETURNING id;

-- name: find^
SELECT o.id, o.key, o.account_id, o.patient_id, o.doctor_id, o.slot, d.ref AS doctor_ref, o.starts_at, o.ends_at,
    o.visit_type, o.room, o.expires_at, o.replaces
FROM orders o JOIN doctors d ON d.id = o.doctor_id
WHERE o.id = :order AND o.account_id = :account;

-- name: forget!
DELETE FROM orders WHERE created_at < :before;

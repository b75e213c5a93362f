-- The law of each zone, and the moments that are reckoned by it. Ids begin at 1.

-- name: list_zones
SELECT zone FROM clinics WHERE id > 0
UNION
SELECT zone FROM registry_clinics WHERE id > 0;

-- name: find_law^
SELECT offsets FROM zone_laws WHERE zone = :zone;

-- name: save_law!
INSERT INTO zone_laws (zone, offsets) VALUES (:zone, :offsets)
ON CONFLICT (zone) DO UPDATE SET offsets = excluded.offsets;

-- name: list_visits_of_zone
-- Those that wait for their clinic too.
SELECT a.id, a.starts_at, a.ends_at
FROM clinics c CROSS JOIN appointments a ON a.system = c.system AND a.clinic_id = c.id
WHERE c.id > 0 AND c.zone = :zone AND (a.booking IS NOT NULL OR a.next_try IS NOT NULL) AND a.ends_at > :now
ORDER BY a.id;

-- name: move_visit!
UPDATE appointments SET starts_at = :starts_at, ends_at = :ends_at WHERE id = :id;

-- name: list_visits_elsewhere_of_zone
SELECT v.patient_id, v.system, v.booking, v.starts_at, v.ends_at
FROM clinics c JOIN visits_elsewhere v ON v.clinic_id = c.id
WHERE c.id > 0 AND c.zone = :zone AND v.ends_at > :now;

-- name: move_visits_elsewhere*!
UPDATE visits_elsewhere SET starts_at = :starts_at, ends_at = :ends_at
WHERE patient_id = :patient_id AND system = :system AND booking = :booking;

-- name: list_orders_of_zone
-- Times that are shown for review, and not booked yet.
SELECT o.id, o.starts_at, o.ends_at
FROM orders o CROSS JOIN doctors d ON d.id = o.doctor_id JOIN clinics c ON c.id = d.clinic_id
WHERE o.id > 0 AND c.zone = :zone AND o.ends_at > :now;

-- name: move_orders*!
UPDATE orders SET starts_at = :starts_at, ends_at = :ends_at WHERE id = :id;

-- name: list_slots_of_zone
SELECT s.id, s.starts_at, s.ends_at
FROM registry_clinics c JOIN registry_slots s ON s.clinic_id = c.id
WHERE c.id > 0 AND c.zone = :zone AND s.ends_at > :now;

-- name: move_slots*!
-- In two steps, for a doctor has one slot at a time: first to times that nothing else has.
UPDATE registry_slots SET starts_at = -:starts_at, ends_at = :ends_at WHERE id = :id;

-- name: settle_moved_slots!
UPDATE registry_slots SET starts_at = -starts_at
WHERE clinic_id IN (SELECT c.id FROM registry_clinics c WHERE c.zone = :zone AND c.id > 0) AND starts_at < 0;

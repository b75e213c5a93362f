-- Late cancellations and missed visits that count towards a block of booking.

-- name: list_counted_visits
-- Of a card and of the cards whose visits it shares, by start. A missed visit does not count while a parent says
-- «Мы были» and the desk has not answered.
SELECT a.id, a.ref, a.starts_at, a.status FROM appointments a
WHERE a.clinic_id = :clinic AND a.starts_at >= :since AND a.forgiven = 0
    AND (
        a.patient_id = :patient
        OR a.patient_id IN (SELECT s.card_id FROM shared_cards s WHERE s.with_id = :patient)
    )
    AND (
        (a.status = 'CANCELLED' AND a.late = 1)
        OR (:missed = 1 AND a.status = 'NO_SHOW' AND coalesce(a.presence, 'DENIED') = 'DENIED')
    )
ORDER BY a.starts_at, a.id;

-- name: set_forgiven!
UPDATE appointments SET forgiven = 1
WHERE clinic_id = :clinic AND (late = 1 OR status = 'NO_SHOW') AND (
    patient_id = :patient OR patient_id IN (SELECT s.card_id FROM shared_cards s WHERE s.with_id = :patient)
);

-- name: list_cards_with_counted_visits
-- The cards with so many visits that count at a clinic; shared cards are listed each.
SELECT a.patient_id FROM appointments a
WHERE a.clinic_id = :clinic AND a.starts_at >= :since AND a.forgiven = 0
    AND (
        (a.late = 1 AND a.status = 'CANCELLED')
        OR (:missed = 1 AND a.status = 'NO_SHOW' AND coalesce(a.presence, 'DENIED') = 'DENIED')
    )
GROUP BY a.patient_id HAVING count(*) >= :least
ORDER BY a.patient_id;

-- name: find_called_off^
-- A visit that the clinic has called off and instead of which nothing is booked.
SELECT a.id FROM appointments a
WHERE a.clinic_id = :clinic AND a.status = 'CANCELLED' AND a.reason NOT IN ('BY_REPRESENTATIVE', 'RESCHEDULED')
    AND a.starts_at > :since AND a.patient_id = :patient AND NOT EXISTS (
        SELECT 1 FROM appointments later
        WHERE later.patient_id = a.patient_id AND later.clinic_id = a.clinic_id
            AND later.specialty_id = a.specialty_id AND later.id > a.id AND later.status <> 'REFUSED'
    )
LIMIT 1;

-- expands: yes, the release before works on it; it only knows no limits of a second card.
-- A policy is no longer one account's: every account that the register confirms has a card of its own.

DROP INDEX one_card_a_policy;
-- When the register first confirmed the card, so that the cards of one policy have an order.
ALTER TABLE patients ADD COLUMN held_at INTEGER;
UPDATE patients SET held_at = created_at WHERE sealed_person IS NOT NULL;
-- 1 if the bot has found the policy number, and the account has not typed it: it is shown masked.
ALTER TABLE patients ADD COLUMN number_found INTEGER NOT NULL DEFAULT 0;
-- The clinic by the register; clinic_id is what the account may see of it, or where it has booked.
ALTER TABLE patients ADD COLUMN register_clinic_id INTEGER REFERENCES clinics (id);
UPDATE patients SET register_clinic_id = clinic_id;
-- Cards that were refused because another account's card had their policy are checked again.
UPDATE patients SET next_check = 0 WHERE status = 'REJECTED' AND reason = 'LINKED_ELSEWHERE';

-- The visits of one card are shared with those who act for another card of the same child, which is "with_id".
CREATE TABLE shared_cards (
    card_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    with_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (card_id, with_id)
) STRICT;
CREATE INDEX shared_with ON shared_cards (with_id);

-- Which account sees the visits of which card, and by which card of its own.
CREATE VIEW visit_viewers AS
SELECT r.account_id, r.patient_id, r.patient_id AS own_id FROM representations r
UNION ALL
SELECT r.account_id, s.card_id AS patient_id, r.patient_id AS own_id
FROM representations r JOIN shared_cards s ON s.with_id = r.patient_id;

-- One hold for each account that acts for a person: "holder" is the account's, "" that of earlier releases.
ALTER TABLE registry_bookings ADD COLUMN holder TEXT NOT NULL DEFAULT '';
DROP INDEX registry_bookings_one_hold;
CREATE UNIQUE INDEX registry_bookings_one_hold_a_holder ON registry_bookings (person_id, holder) WHERE status = 'HELD';

DROP VIEW appointment_cards;
CREATE VIEW appointment_cards AS
SELECT a.id, a.ref, a.account_id, a.patient_id, a.clinic_id, a.specialty_id, a.doctor_id, a.starts_at, a.ends_at,
    a.visit_type, a.room, a.status, a.key, a.slot, a.booking, a.replaces, a.reason, a.late, a.cancelling, a.confirmed,
    a.created_at,
    p.uid, p.sealed_identity, p.sealed_person, p.clinic_id AS patient_clinic_id, p.status AS verification,
    p.reason AS rejection, p.correct, p.queued_at, p.checked_at, p.attempts, p.valid_until, p.closed_at, p.number_found,
    d.ref AS doctor_ref, d.clinic_id AS doctor_clinic_id, d.specialty_id AS doctor_specialty_id, d.family, d.given,
    d.patronymic, d.room AS doctor_room, d.is_room,
    s.ref AS specialty_ref, s.code, s.name AS specialty_name, s.needs_referral, s.min_age, s.max_age, s.sex,
    c.system, c.ref AS clinic_ref, c.name AS clinic_name, c.address, c.phone, c.zone, c.kind, c.cancel_before,
    c.move_before, c.arrive_before, c.hold_for, c.horizon, c.level
FROM appointments a
    JOIN patients p ON p.id = a.patient_id
    JOIN doctors d ON d.id = a.doctor_id
    JOIN specialties s ON s.id = a.specialty_id
    JOIN clinics c ON c.id = a.clinic_id;

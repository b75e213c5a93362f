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
SELECT r.account_id, r.patient_id, r.patient_id AS own_id FROM representations r WHERE r.suspended_until IS NULL
UNION ALL
SELECT r.account_id, s.card_id AS patient_id, r.patient_id AS own_id
FROM representations r JOIN shared_cards s ON s.with_id = r.patient_id
WHERE r.suspended_until IS NULL;

-- One hold for each account that acts for a person: "holder" is the account's, "" that of earlier releases.
ALTER TABLE registry_bookings ADD COLUMN holder TEXT NOT NULL DEFAULT '';
DROP INDEX registry_bookings_one_hold;
CREATE UNIQUE INDEX registry_bookings_one_hold_a_holder ON registry_bookings (person_id, holder) WHERE status = 'HELD';

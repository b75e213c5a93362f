-- --- cards ---

-- name: list_patients
-- Every patient that the account represents, or only :patient if it is not NULL.
SELECT p.id AS patient_id, p.uid, p.sealed_identity, p.sealed_person, p.clinic_id AS patient_clinic_id,
    p.status AS verification, p.reason AS rejection, p.correct, p.queued_at, p.checked_at, p.attempts, p.number_found, EXISTS (
        SELECT 1 FROM patients other
        WHERE other.policy_index = p.policy_index AND other.id <> p.id AND other.sealed_person IS NOT NULL
    ) AS has_other_card, EXISTS (SELECT 1 FROM visits_elsewhere e WHERE e.patient_id = p.id) AS has_elsewhere, (
        SELECT k.clinic_id FROM patients card JOIN desk_checks k ON k.patient_id = card.id
        WHERE card.policy_index = p.policy_index AND k.decision = 'MATCHED' AND k.closed_at IS NOT NULL
        ORDER BY k.id DESC LIMIT 1
    ) AS confirmed_by, EXISTS (
        SELECT 1 FROM desk_checks waiting WHERE waiting.patient_id = p.id AND waiting.closed_at IS NULL
    ) AS is_at_desk
FROM representations r JOIN patients p ON p.id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL AND r.patient_id = coalesce(:patient, r.patient_id)
ORDER BY p.id;

-- name: find_identity^
SELECT uid, sealed_identity FROM patients WHERE id = :patient;

-- name: add_patient^
INSERT INTO patients (uid, sealed_identity, policy_index, number_found, status, queued_at, next_check, created_at)
VALUES (:uid, :identity, :policy, :number_found, 'QUEUED', :now, :now, :now)
RETURNING id;

-- name: add_owner!
INSERT INTO representations (account_id, patient_id, relationship, created_at)
VALUES (:account, :patient, :relationship, :now);

-- name: find_patient_by_policy^
SELECT p.id FROM patients p JOIN representations r ON r.patient_id = p.id
WHERE p.policy_index = :policy AND r.account_id = :account AND r.suspended_until IS NULL
ORDER BY p.id LIMIT 1;

-- name: set_identity!
-- Another number is typed by the account, and the register has not confirmed the card for it yet.
UPDATE patients SET sealed_identity = :identity, policy_index = :policy,
    number_found = CASE WHEN policy_index = :policy THEN number_found ELSE 0 END,
    held_at = CASE WHEN policy_index = :policy THEN held_at END
WHERE id = :patient;

-- name: delete_papers!
-- Papers were seen for the child of the policy that the card had.
UPDATE representations SET papers_at = NULL
WHERE patient_id = :patient AND EXISTS (
    SELECT 1 FROM patients p WHERE p.id = :patient AND p.policy_index <> :policy
);

-- name: delete_sharings!
DELETE FROM shared_cards
WHERE (card_id = :patient OR with_id = :patient) AND EXISTS (
    SELECT 1 FROM patients p WHERE p.id = :patient AND p.policy_index <> :policy
);

-- name: find_correction^
SELECT uid, sealed_correction FROM patients WHERE id = :patient;

-- name: set_correction!
UPDATE patients SET sealed_correction = :correction, correction_at = :now WHERE id = :patient;

-- name: delete_correction!
UPDATE patients SET sealed_correction = NULL, correction_at = NULL WHERE id = :patient;

-- name: delete_old_corrections!
UPDATE patients SET sealed_correction = NULL, correction_at = NULL WHERE correction_at <= :before;

-- name: set_verification!
UPDATE patients SET status = :status, reason = :reason, correct = :correct, queued_at = :queued_at,
    checked_at = :checked_at, attempts = :attempts, next_check = :next_check
WHERE id = :patient;

-- name: list_known_patients
SELECT id FROM patients WHERE id > :after AND sealed_person IS NOT NULL ORDER BY id LIMIT :limit;

-- name: set_next_check!
UPDATE patients SET next_check = :next_check WHERE id = :patient;

-- name: set_person!
UPDATE patients SET sealed_person = :person, person_index = :person_index,
    clinic_id = coalesce(CAST(:clinic AS INTEGER), clinic_id),
    held_at = CASE WHEN :holds THEN coalesce(held_at, created_at) END
WHERE id = :patient;

-- name: record_verdict!
UPDATE patients SET sealed_person = :person, person_index = :person_index,
    register_clinic_id = coalesce(CAST(:register_clinic AS INTEGER), register_clinic_id),
    held_at = CASE WHEN :holds THEN coalesce(held_at, :checked_at) END,
    status = :status, reason = :reason, correct = :correct, queued_at = :queued_at, checked_at = :checked_at,
    attempts = :attempts, next_check = NULL, next_look = :next_look,
    valid_until = CASE WHEN :is_insured THEN :valid_until ELSE valid_until END
WHERE id = :patient;

-- name: index_person!
UPDATE patients SET person_index = :person_index
WHERE id = :patient AND sealed_person IS NOT NULL AND person_index IS NULL;

-- name: list_ids_of_person
SELECT id FROM patients WHERE person_index = :person_index ORDER BY id;

-- name: list_ids_of_persons
SELECT id, person_index FROM patients WHERE person_index IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
)
ORDER BY id;

-- name: set_first_clinic!
-- An earlier release has made dental clinics the card's own.
UPDATE patients SET clinic_id = :clinic
WHERE id = :patient
    AND coalesce((SELECT c.kind FROM clinics c WHERE c.id = patients.clinic_id), 'DENTAL') = 'DENTAL';

-- name: copy_register_clinic!
UPDATE patients SET clinic_id = coalesce(register_clinic_id, clinic_id) WHERE id = :patient;

-- name: find_register_clinic^
SELECT coalesce(register_clinic_id, clinic_id) AS clinic_id FROM patients WHERE id = :patient;

-- name: find_details^
SELECT uid, sealed_details FROM patients WHERE id = :patient;

-- name: set_details!
UPDATE patients SET sealed_details = :details WHERE id = :patient;

-- name: list_visits_ahead
SELECT card.starts_at, card.zone, card.clinic_name, card.specialty_id, card.specialty_ref, card.code,
    card.specialty_name, card.needs_referral, card.min_age, card.max_age, card.sex
FROM visit_viewers JOIN appointment_cards card ON card.patient_id = visit_viewers.patient_id
WHERE visit_viewers.account_id = :account AND visit_viewers.own_id = :patient
    AND card.status IN ('PENDING', 'BOOKED', 'CHECKED_IN') AND card.ends_at > :now
ORDER BY card.starts_at, card.id;

-- name: delete_representation!
DELETE FROM representations WHERE account_id = :account AND patient_id = :patient AND suspended_until IS NULL;

-- name: delete_orders!
DELETE FROM orders WHERE account_id = :account AND patient_id = :patient;

-- name: delete_matters!
DELETE FROM desk_matters WHERE account_id = :account AND patient_id = :patient;

-- name: delete_orphan_patient!
-- A patient with suspended representations alone stays: they may come back.
DELETE FROM patients
WHERE id = :patient AND NOT EXISTS (SELECT 1 FROM representations r WHERE r.patient_id = :patient);

-- name: claim_due_checks
-- Nobody waits for the check of a patient whose representations are all suspended.
UPDATE patients SET next_check = :until
WHERE id IN (
    SELECT due.id FROM patients due
    WHERE due.next_check <= :now AND EXISTS (
        SELECT 1 FROM representations r WHERE r.patient_id = due.id AND r.suspended_until IS NULL
    )
    ORDER BY due.next_check LIMIT :limit
)
RETURNING id;

-- --- checks and watches ---

-- name: list_tries
-- Failed checks of the account, the newest first, then its questions that the register has not answered yet.
SELECT subject, at FROM (
    SELECT 'FAILED' AS subject, at FROM failed_checks
    WHERE account_id = :account AND at > :since ORDER BY at DESC LIMIT :limit
) AS failed
UNION ALL
SELECT 'OPEN' AS subject, p.queued_at AS at
FROM representations r JOIN patients p ON p.id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL AND p.id <> :patient
    AND p.status IN ('QUEUED', 'CHECKING', 'UNAVAILABLE')
ORDER BY at DESC;

-- name: list_failed_checks_of_number
SELECT at FROM failed_checks WHERE number_index = :number AND at > :since ORDER BY at DESC LIMIT :limit;

-- name: count_failed_checks^
SELECT count(*) AS failed FROM failed_checks WHERE at > :since;

-- name: find_card_older_than^
-- A card of this account that holds a policy and was added before that moment.
SELECT p.id FROM representations r JOIN patients p ON p.id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL AND p.sealed_person IS NOT NULL
    AND p.created_at <= :before
LIMIT 1;

-- name: add_failed_check!
INSERT INTO failed_checks (account_id, number_index, at) VALUES (:account, :number, :now);

-- name: delete_old_failed_checks!
DELETE FROM failed_checks WHERE at <= :before;

-- name: list_recorded_matters
SELECT matter, at FROM told WHERE patient_id = :patient;

-- name: record_matter!
INSERT INTO told (patient_id, matter, at) VALUES (:patient, :matter, :at)
ON CONFLICT (patient_id, matter) DO UPDATE SET at = excluded.at;

-- name: find_watched_policy^
SELECT valid_until, closed_at FROM patients WHERE id = :patient;

-- name: set_next_look!
UPDATE patients SET next_look = :next_look WHERE id = :patient;

-- name: set_valid_until!
UPDATE patients SET valid_until = :valid_until WHERE id = :patient;

-- name: close_card!
UPDATE patients SET closed_at = :now WHERE id = :patient;

-- name: claim_due_looks
UPDATE patients SET next_look = :until
WHERE id IN (
    SELECT due.id FROM patients due
    WHERE due.next_look <= :now AND EXISTS (
        SELECT 1 FROM representations r WHERE r.patient_id = due.id AND r.suspended_until IS NULL
    )
    ORDER BY due.next_look LIMIT :limit
)
RETURNING id;

-- --- drafts ---

-- name: add_draft^
INSERT INTO drafts (uid, account_id, kind, sealed_fields, changed_at)
VALUES (:uid, :account, :kind, :fields, :now)
RETURNING id;

-- name: find_draft^
SELECT id, uid, kind, sealed_fields FROM drafts WHERE id = :draft AND account_id = :account;

-- name: list_drafts
SELECT id, uid, kind, sealed_fields FROM drafts WHERE account_id = :account AND kind = :kind
ORDER BY changed_at DESC, id DESC LIMIT :limit;

-- name: find_draft_uid^
SELECT uid FROM drafts WHERE id = :draft;

-- name: save_draft!
UPDATE drafts SET sealed_fields = :fields, changed_at = :now WHERE id = :draft;

-- name: delete_draft!
DELETE FROM drafts WHERE id = :draft AND account_id = :account;

-- name: delete_all_but_newest_drafts!
DELETE FROM drafts WHERE account_id = :account AND id NOT IN (
    SELECT d.id FROM drafts d WHERE d.account_id = :account ORDER BY d.changed_at DESC, d.id DESC LIMIT :keep
);

-- name: delete_old_drafts!
DELETE FROM drafts WHERE changed_at < :before;

-- --- representatives and desk matters ---

-- name: find_representation^
SELECT account_id, patient_id, relationship, rights, created_at, papers_at FROM representations
WHERE account_id = :account AND patient_id = :patient AND suspended_until IS NULL;

-- name: list_representations
-- The owner first, then the others by created_at; suspended ones are left out.
SELECT account_id, patient_id, relationship, rights, created_at, papers_at FROM representations
WHERE patient_id = :patient AND suspended_until IS NULL
ORDER BY CASE rights WHEN 'OWNER' THEN 0 ELSE 1 END, created_at, account_id;

-- name: add_co_representative!
-- An account that acts already keeps its rights; a suspended representation ends.
INSERT INTO representations (account_id, patient_id, relationship, rights, created_at)
VALUES (:account, :patient, :relationship, 'CO_REPRESENTATIVE', :now)
ON CONFLICT (account_id, patient_id) DO UPDATE SET
    rights = 'CO_REPRESENTATIVE', suspended_until = NULL, takeover_id = NULL
WHERE representations.suspended_until IS NOT NULL;

-- name: demote_owner!
UPDATE representations SET rights = 'CO_REPRESENTATIVE'
WHERE patient_id = :patient AND rights = 'OWNER' AND suspended_until IS NULL;

-- name: promote_to_owner!
UPDATE representations SET rights = 'OWNER'
WHERE account_id = :account AND patient_id = :patient AND suspended_until IS NULL;

-- name: set_papers!
UPDATE representations SET papers_at = :now
WHERE account_id = :account AND patient_id = :patient AND suspended_until IS NULL;

-- name: withdraw_duplicate_reminders!
-- Of the visits that move to the heir, who has a reminder already.
UPDATE outbox SET status = 'WITHDRAWN', lease_until = NULL
WHERE status = 'QUEUED' AND account_id = :gone AND kind = 'REMINDER'
    AND appointment_id IN (SELECT a.id FROM appointments a WHERE a.patient_id = :patient AND a.account_id = :gone)
    AND EXISTS (
        SELECT 1 FROM outbox other
        WHERE other.appointment_id = outbox.appointment_id AND other.kind = 'REMINDER' AND other.account_id = :heir
            AND other.status IN ('QUEUED', 'CLAIMED')
    );

-- name: move_news!
-- Queued news of the visits that move to the heir. The message to edit is in the other account's chat.
UPDATE outbox SET account_id = :heir, edits = NULL
WHERE status = 'QUEUED' AND account_id = :gone AND kind IN ('BOOKING', 'CANCELLATION', 'REMINDER')
    AND appointment_id IN (SELECT a.id FROM appointments a WHERE a.patient_id = :patient AND a.account_id = :gone);

-- name: move_visits!
UPDATE appointments SET account_id = :heir WHERE patient_id = :patient AND account_id = :gone;

-- name: find_suspended_heir^
SELECT account_id FROM representations WHERE patient_id = :patient AND suspended_until IS NOT NULL
ORDER BY suspended_until DESC, account_id LIMIT 1;

-- name: merge_visits!
UPDATE appointments SET patient_id = :into WHERE patient_id = :card;

-- name: list_claims
-- The confirmed cards of a policy, the first one first, each with its owner.
SELECT p.id, r.account_id, coalesce(p.held_at, p.created_at) AS held_at, EXISTS (
    SELECT 1 FROM representations seen
    WHERE seen.patient_id = p.id AND seen.papers_at IS NOT NULL AND seen.suspended_until IS NULL
) AS has_papers
FROM patients p JOIN representations r ON r.patient_id = p.id AND r.rights = 'OWNER' AND r.suspended_until IS NULL
WHERE p.policy_index = :policy AND p.sealed_person IS NOT NULL
ORDER BY coalesce(p.held_at, p.created_at), p.id;

-- name: list_sharings_of_policy
SELECT s.card_id, s.with_id, s.since FROM patients p JOIN shared_cards s ON s.card_id = p.id
WHERE p.policy_index = :policy
ORDER BY s.since, s.card_id, s.with_id;

-- name: list_sharings
-- A card for which nobody acts now is left out.
SELECT card_id, with_id, since FROM shared_cards
WHERE (card_id = :patient OR with_id = :patient) AND EXISTS (
    SELECT 1 FROM representations r
    WHERE r.patient_id = CASE card_id WHEN :patient THEN with_id ELSE card_id END AND r.suspended_until IS NULL
)
ORDER BY since, card_id, with_id;

-- name: add_sharing!
INSERT INTO shared_cards (card_id, with_id, since) VALUES (:card, :other, :now) ON CONFLICT DO NOTHING;

-- name: delete_sharing!
DELETE FROM shared_cards
WHERE (card_id = :card AND with_id = :other) OR (card_id = :other AND with_id = :card);

-- name: list_viewers
-- The accounts that see the visits of a card.
SELECT DISTINCT account_id FROM visit_viewers WHERE patient_id = :patient ORDER BY account_id;

-- name: list_viewers_of_cards
SELECT DISTINCT patient_id, account_id FROM visit_viewers WHERE patient_id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
)
ORDER BY patient_id, account_id;

-- name: list_acting_for_cards
-- A suspended representation acts for nobody.
SELECT patient_id, account_id FROM representations WHERE suspended_until IS NULL AND patient_id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9, :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17,
    :v18, :v19, :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29, :v30, :v31, :v32, :v33, :v34, :v35,
    :v36, :v37, :v38, :v39, :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
)
ORDER BY patient_id, account_id;

-- name: add_matter!
INSERT INTO desk_matters (ref, kind, account_id, patient_id, clinic_id, opened_at)
VALUES (:ref, :kind, :account, :patient, :clinic, :now)
ON CONFLICT DO NOTHING;

-- name: set_clinic_of_open_matter!
UPDATE desk_matters SET clinic_id = :clinic
WHERE account_id = :account AND patient_id = :patient AND kind = :kind AND closed_at IS NULL;

-- name: find_matter_by_ref^
SELECT id, ref, kind, account_id, patient_id, clinic_id, opened_at FROM desk_matters
WHERE ref = :ref AND closed_at IS NULL;

-- name: find_matter^
SELECT id, ref, kind, account_id, patient_id, clinic_id, opened_at FROM desk_matters
WHERE id = :matter AND closed_at IS NULL;

-- name: list_open_matters
-- A dispute is settled by the child's own clinic alone. A suspended representation opens nothing. Moments are positive.
SELECT m.id, m.ref, m.kind, m.account_id, m.patient_id, m.clinic_id, m.opened_at
FROM desk_matters m JOIN patients p ON p.id = m.patient_id
WHERE m.closed_at IS NULL AND m.opened_at > 0
    AND (
        coalesce(p.register_clinic_id, p.clinic_id) = :clinic
        OR (m.clinic_id = :clinic AND m.kind <> 'DISPUTE')
    )
    AND EXISTS (
        SELECT 1 FROM representations r
        WHERE r.account_id = m.account_id AND r.patient_id = m.patient_id AND r.suspended_until IS NULL
    )
ORDER BY m.opened_at, m.id;

-- name: close_matter!
UPDATE desk_matters SET closed_at = :now, outcome = :outcome WHERE id = :matter AND closed_at IS NULL;

-- name: find_open_matter^
SELECT ref FROM desk_matters
WHERE account_id = :account AND patient_id = :patient AND kind = :kind AND closed_at IS NULL;

-- name: delete_old_matters!
DELETE FROM desk_matters WHERE opened_at < :before;

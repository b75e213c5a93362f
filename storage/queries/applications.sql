-- Applications to a clinic, the consents to pass data, and enrollments.

-- name: add_application^
INSERT INTO applications (
    ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, topic, uid, sealed_wish
)
VALUES (
    :ref, :kind, :account, :patient, :clinic, 'SUBMITTED', :reason, :last_change, :now, :due, :topic, :uid, :wish
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: find_application^
SELECT id, ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, claimed_by,
    claimed_until, verdict, verdict_reason, verdict_fields, verdict_days, district, doctor_id, desk_check_id, decided_by,
    final_at, correct_until, closed_at, stuck_told, system_asked, topic, uid,
    sealed_wish
FROM applications WHERE id = :number;

-- name: find_application_by_ref^
SELECT id, ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, claimed_by,
    claimed_until, verdict, verdict_reason, verdict_fields, verdict_days, district, doctor_id, desk_check_id, decided_by,
    final_at, correct_until, closed_at, stuck_told, system_asked, topic, uid,
    sealed_wish
FROM applications WHERE ref = :ref;

-- name: list_open_applications_of_child
-- Of all cards with this card's policy, whoever keeps them.
SELECT a.id, a.ref, a.kind, a.account_id, a.patient_id, a.clinic_id, a.status, a.reason, a.last_change, a.filed_at,
    a.due_at, a.claimed_by, a.claimed_until, a.verdict, a.verdict_reason, a.verdict_fields, a.verdict_days, a.district,
    a.doctor_id, a.desk_check_id, a.decided_by, a.final_at, a.correct_until, a.closed_at, a.stuck_told, a.system_asked,
    a.topic, a.uid, a.sealed_wish
FROM patients mine
    JOIN patients card ON card.policy_index = mine.policy_index
    JOIN applications a ON a.patient_id = card.id
WHERE mine.id = :patient AND a.kind = :kind AND a.topic = :topic AND a.closed_at IS NULL
ORDER BY CASE WHEN a.patient_id = :patient THEN 0 ELSE 1 END, a.id;

-- name: list_applications_of_account
SELECT a.id, a.ref, a.kind, a.account_id, a.patient_id, a.clinic_id, a.status, a.reason, a.last_change, a.filed_at,
    a.due_at, a.claimed_by, a.claimed_until, a.verdict, a.verdict_reason, a.verdict_fields, a.verdict_days, a.district,
    a.doctor_id, a.desk_check_id, a.decided_by, a.final_at, a.correct_until, a.closed_at, a.stuck_told, a.system_asked,
    a.topic, a.uid, a.sealed_wish
FROM representations r JOIN applications a ON a.patient_id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL
ORDER BY CASE WHEN a.closed_at IS NULL THEN 0 ELSE 1 END, a.id DESC;

-- name: list_open_applications_from_account
-- Those that an account has sent, whether it acts for the patient or not.
SELECT id, ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, claimed_by,
    claimed_until, verdict, verdict_reason, verdict_fields, verdict_days, district, doctor_id, desk_check_id, decided_by,
    final_at, correct_until, closed_at, stuck_told, system_asked, topic, uid,
    sealed_wish
FROM applications WHERE account_id = :account AND closed_at IS NULL ORDER BY id;

-- name: list_cards_of_applications_from_account
SELECT DISTINCT patient_id FROM applications WHERE account_id = :account ORDER BY patient_id;

-- name: move_applications!
UPDATE applications SET account_id = :heir WHERE account_id = :gone AND patient_id = :patient;

-- name: count_applications_of_account^
-- Those for a policy too, which are about no card.
SELECT count(*) AS every, count(*) - count(every_one.closed_at) AS open,
    (
        SELECT count(*) FROM representations s
            JOIN enrollment_waits w ON w.account_id = s.account_id AND w.patient_id = s.patient_id
        WHERE s.account_id = :account AND s.suspended_until IS NULL
    ) AS waits
FROM (
    SELECT a.closed_at FROM representations r JOIN applications a ON a.patient_id = r.patient_id
    WHERE r.account_id = :account AND r.suspended_until IS NULL
    UNION ALL
    SELECT p.closed_at FROM policy_requests p WHERE p.account_id = :account
) every_one;

-- name: list_applications_at_desk
-- Those for which somebody acts whose consents are in force: a desk may see no other card.
SELECT id, ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, claimed_by,
    claimed_until, verdict, verdict_reason, verdict_fields, verdict_days, district, doctor_id, desk_check_id, decided_by,
    final_at, correct_until, closed_at, stuck_told, system_asked, topic, uid,
    sealed_wish
FROM applications
WHERE clinic_id = :clinic AND closed_at IS NULL AND verdict IS NULL AND status <> 'NEEDS_CORRECTION'
    AND EXISTS (
        SELECT 1 FROM representations acting
            JOIN consents own ON own.account_id = acting.account_id AND own.purpose = 'REPRESENTATIVE'
            JOIN consents data ON data.account_id = acting.account_id AND data.purpose = 'PATIENT'
        WHERE acting.patient_id = applications.patient_id AND acting.suspended_until IS NULL
            AND own.revoked_at IS NULL AND data.revoked_at IS NULL
    )
ORDER BY due_at, id;

-- name: count_applications_at_desk^
SELECT count(*) AS waiting FROM applications
WHERE clinic_id = :clinic AND closed_at IS NULL AND verdict IS NULL AND status <> 'NEEDS_CORRECTION'
    AND EXISTS (
        SELECT 1 FROM representations acting
            JOIN consents own ON own.account_id = acting.account_id AND own.purpose = 'REPRESENTATIVE'
            JOIN consents data ON data.account_id = acting.account_id AND data.purpose = 'PATIENT'
        WHERE acting.patient_id = applications.patient_id AND acting.suspended_until IS NULL
            AND own.revoked_at IS NULL AND data.revoked_at IS NULL
    );

-- name: claim_application^
UPDATE applications SET claimed_by = :member, claimed_until = :until, status = 'IN_REVIEW'
WHERE id = :number AND closed_at IS NULL AND verdict IS NULL AND status <> 'NEEDS_CORRECTION'
    AND (claimed_until IS NULL OR claimed_until <= :now OR claimed_by IS NULL OR claimed_by = :member)
RETURNING id;

-- name: release_application!
UPDATE applications SET claimed_by = NULL, claimed_until = NULL WHERE id = :application AND verdict IS NULL;

-- name: save_verdict^
UPDATE applications SET verdict = :verdict, verdict_reason = :reason, verdict_fields = :fields, verdict_days = :days,
    district = :district, doctor_id = :doctor, desk_check_id = :check, decided_by = :member, final_at = :final_at,
    claimed_by = NULL, claimed_until = NULL
WHERE id = :number AND closed_at IS NULL AND verdict IS NULL AND status = 'IN_REVIEW'
    AND claimed_by = :member AND claimed_until > :now
RETURNING id;

-- name: restore_application!
UPDATE applications SET verdict = NULL, verdict_reason = NULL, verdict_fields = '', verdict_days = 0, district = '',
    doctor_id = NULL, desk_check_id = NULL, decided_by = NULL, final_at = NULL, attempts = 0, next_try = NULL,
    stuck_told = 0, system_asked = 0
WHERE id = :number AND closed_at IS NULL;

-- name: list_final_applications
SELECT id, ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, claimed_by,
    claimed_until, verdict, verdict_reason, verdict_fields, verdict_days, district, doctor_id, desk_check_id, decided_by,
    final_at, correct_until, closed_at, stuck_told, system_asked, topic, uid,
    sealed_wish
FROM applications
WHERE closed_at IS NULL AND final_at IS NOT NULL AND final_at <= :now AND (next_try IS NULL OR next_try <= :now)
ORDER BY final_at, id LIMIT :limit;

-- name: pause_application^
UPDATE applications SET attempts = attempts + 1, next_try = :next_try
WHERE id = :application AND closed_at IS NULL AND final_at IS NOT NULL
RETURNING attempts, final_at, stuck_told;

-- name: set_system_asked!
UPDATE applications SET system_asked = :asked WHERE id = :application AND closed_at IS NULL;

-- name: set_refused_by_system!
UPDATE applications SET verdict = 'REFUSE', verdict_reason = :reason, district = '', doctor_id = NULL
WHERE id = :application AND closed_at IS NULL;

-- name: mark_stuck_application!
UPDATE applications SET stuck_told = 1 WHERE id = :application;

-- name: find_attempts_of_application^
SELECT attempts FROM applications WHERE id = :application;

-- name: close_application!
UPDATE applications SET status = :status, closed_at = :now, final_at = NULL, correct_until = NULL,
    claimed_by = NULL, claimed_until = NULL,
    verdict = CASE WHEN :status = 'WITHDRAWN' THEN NULL ELSE verdict END
WHERE id = :number AND closed_at IS NULL;

-- name: set_papers_closed!
UPDATE application_papers SET closed_at = :now WHERE application_id = :application;

-- name: delete_papers_of_application!
DELETE FROM application_papers WHERE application_id = :application;

-- name: set_application_to_correct!
UPDATE applications SET status = 'NEEDS_CORRECTION', final_at = NULL, correct_until = :until, attempts = 0,
    next_try = NULL, stuck_told = 0
WHERE id = :number AND closed_at IS NULL;

-- name: request_application_again!
UPDATE applications SET status = 'SUBMITTED', reason = :reason, last_change = :last_change, sealed_wish = :wish,
    due_at = :due, late_told = 0, correct_until = NULL, verdict = NULL, verdict_reason = NULL, verdict_fields = '',
    verdict_days = 0, desk_check_id = NULL, decided_by = NULL
WHERE id = :application AND closed_at IS NULL AND status = 'NEEDS_CORRECTION';

-- name: claim_late_applications
UPDATE applications SET late_told = 1
WHERE id IN (
    SELECT late.id FROM applications late
    WHERE late.closed_at IS NULL AND late.verdict IS NULL AND late.late_told = 0
        AND late.status <> 'NEEDS_CORRECTION' AND late.due_at <= :now
        AND EXISTS (
            SELECT 1 FROM representations acting
                JOIN consents own ON own.account_id = acting.account_id AND own.purpose = 'REPRESENTATIVE'
                JOIN consents data ON data.account_id = acting.account_id AND data.purpose = 'PATIENT'
            WHERE acting.patient_id = late.patient_id AND acting.suspended_until IS NULL
                AND own.revoked_at IS NULL AND data.revoked_at IS NULL
        )
    ORDER BY late.due_at LIMIT :limit
)
RETURNING id, ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, claimed_by,
    claimed_until, verdict, verdict_reason, verdict_fields, verdict_days, district, doctor_id, desk_check_id, decided_by,
    final_at, correct_until, closed_at, stuck_told, system_asked, topic, uid,
    sealed_wish;

-- name: list_uncorrected_applications
SELECT id, ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, due_at, claimed_by,
    claimed_until, verdict, verdict_reason, verdict_fields, verdict_days, district, doctor_id, desk_check_id, decided_by,
    final_at, correct_until, closed_at, stuck_told, system_asked, topic, uid,
    sealed_wish
FROM applications WHERE closed_at IS NULL AND correct_until IS NOT NULL AND correct_until <= :now
ORDER BY correct_until, id LIMIT :limit;

-- name: delete_old_applications!
DELETE FROM applications WHERE closed_at < :before;

-- name: add_application_step!
INSERT INTO application_steps (application_id, at, step, detail) VALUES (:number, :now, :step, :detail);

-- name: list_application_steps
SELECT at, step, detail FROM application_steps WHERE application_id = :number ORDER BY id;

-- name: list_sendings_of_card
SELECT s.at FROM application_steps s JOIN applications a ON a.id = s.application_id
WHERE a.patient_id = :patient AND s.step IN ('SUBMITTED', 'RESENT') AND s.at > :since
ORDER BY s.at, s.id;

-- name: add_clinic_consent!
INSERT INTO clinic_consents (account_id, patient_id, clinic_id, kind, version, digest, given_at)
VALUES (:account, :patient, :clinic, :kind, :version, :digest, :now)
ON CONFLICT DO NOTHING;

-- name: find_clinic_consent^
SELECT version FROM clinic_consents
WHERE account_id = :account AND patient_id = :patient AND clinic_id = :clinic AND kind = :kind AND revoked_at IS NULL;

-- name: revoke_clinic_consent!
-- Another open application of the kind still needs it.
UPDATE clinic_consents SET revoked_at = :now
WHERE account_id = :account AND patient_id = :patient AND clinic_id = :clinic AND kind = :kind AND revoked_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM applications a
        WHERE a.patient_id = :patient AND a.clinic_id = :clinic AND a.kind = :kind AND a.closed_at IS NULL
    );

-- name: delete_old_clinic_consents!
DELETE FROM clinic_consents WHERE revoked_at < :before;

-- name: find_enrollment^
SELECT patient_id, clinic_id, since, ended_at, district, doctor_id FROM enrollments
WHERE patient_id = :patient AND ended_at IS NULL;

-- name: list_enrollments_of_patient
SELECT patient_id, clinic_id, since, ended_at, district, doctor_id FROM enrollments
WHERE patient_id = :patient ORDER BY since DESC;

-- name: finish_enrollment!
UPDATE enrollments SET ended_at = :now WHERE patient_id = :patient AND ended_at IS NULL;

-- name: add_enrollment!
INSERT INTO enrollments (patient_id, clinic_id, since, district, doctor_id)
VALUES (:patient, :clinic, :now, :district, :doctor);

-- name: set_clinic_of_card!
UPDATE patients SET clinic_id = :clinic, register_clinic_id = :clinic WHERE id = :patient;

-- name: delete_old_enrollments!
DELETE FROM enrollments WHERE ended_at < :before;

-- name: find_enrollment_limits^
SELECT is_full, own_area_only FROM enrollment_limits WHERE clinic_id = :clinic;

-- name: save_enrollment_limits!
-- What the head sets counts more than the places of an import: opened by hand, the clinic enrolls without a limit.
INSERT INTO enrollment_limits (clinic_id, is_full, own_area_only) VALUES (:clinic, :is_full, :own_area_only)
ON CONFLICT (clinic_id) DO UPDATE SET is_full = excluded.is_full, own_area_only = excluded.own_area_only,
    used_up = CASE WHEN enrollment_limits.is_full = excluded.is_full THEN enrollment_limits.used_up ELSE 0 END,
    places_left = CASE
        WHEN excluded.is_full = 0 AND enrollment_limits.places_left = 0 THEN NULL ELSE enrollment_limits.places_left
    END,
    opened_at = CASE
        WHEN enrollment_limits.is_full = 1 AND excluded.is_full = 0 THEN :now ELSE enrollment_limits.opened_at
    END;

-- name: list_counted_places
SELECT clinic_id, places_since FROM enrollment_limits WHERE clinic_id > 0 AND places_since IS NOT NULL;

-- name: count_enrolled_since^
SELECT count(*) AS n FROM enrollments WHERE clinic_id = :clinic AND since >= :since;

-- name: save_enrollment_places!
-- Only lists that were full for want of these places open; a head has filled the others.
INSERT INTO enrollment_limits (clinic_id, is_full, own_area_only, places_since, places_left, used_up)
VALUES (:clinic, :used_up, 0, :since, :places, :used_up)
ON CONFLICT (clinic_id) DO UPDATE SET places_since = excluded.places_since, places_left = excluded.places_left,
    used_up = CASE
        WHEN enrollment_limits.is_full = 1 AND enrollment_limits.used_up = 0 THEN 0 ELSE excluded.used_up
    END,
    is_full = CASE
        WHEN enrollment_limits.is_full = 1 AND enrollment_limits.used_up = 0 THEN 1 ELSE excluded.used_up
    END,
    opened_at = CASE
        WHEN enrollment_limits.used_up = 1 AND excluded.used_up = 0 THEN :now ELSE enrollment_limits.opened_at
    END;

-- name: take_enrollment_place!
UPDATE enrollment_limits SET places_left = places_left - 1,
    used_up = CASE WHEN places_left = 1 AND is_full = 0 THEN 1 ELSE used_up END,
    is_full = CASE WHEN places_left = 1 THEN 1 ELSE is_full END
WHERE clinic_id = :clinic AND places_left > 0;

-- name: list_full_clinics
SELECT clinic_id FROM enrollment_limits WHERE clinic_id > 0 AND is_full = 1;

-- name: find_desk_of_clinic^
SELECT id FROM accounts
WHERE clinic_id = :clinic AND role IS NOT NULL AND role IN ('REGISTRAR', 'HEAD') LIMIT 1;

-- name: find_standing_of_clinic^
SELECT
    EXISTS (
        SELECT 1 FROM accounts WHERE clinic_id = :clinic AND role IS NOT NULL AND role IN ('REGISTRAR', 'HEAD')
    ) AS has_desk,
    EXISTS (SELECT 1 FROM enrollment_limits WHERE clinic_id = :clinic AND is_full = 1) AS is_full;

-- name: list_clinics_with_desk
SELECT DISTINCT clinic_id FROM accounts
WHERE clinic_id > 0 AND role IS NOT NULL AND role IN ('REGISTRAR', 'HEAD');

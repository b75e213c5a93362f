-- The export of an account: one query for each section, named list_<section>.
-- A suspended representation opens nothing, so nothing of its patient is exported.
-- Other people have no names here: the columns say only YOU or ANOTHER_REPRESENTATIVE.

-- name: list_account
SELECT a.language, a.heard AS telegram_language, a.reachable, a.role, c.name AS works_at, n.name AS opened_link_of,
    a.created_at AS since
FROM accounts a LEFT JOIN clinics c ON c.id = a.clinic_id LEFT JOIN clinics n ON n.id = a.named_clinic_id
WHERE a.id = :account;

-- name: list_consents
SELECT purpose, version, digest AS text_sha256, given_at, revoked_at FROM consents
WHERE account_id = :account ORDER BY id;

-- name: list_code
SELECT 1 AS is_asked_for, drops_at FROM pins WHERE account_id = :account;

-- name: list_cards
SELECT p.id AS patient_id, p.created_at AS added_at, p.valid_until AS policy_valid_until, p.closed_at,
    c.name AS clinic
FROM representations r JOIN patients p ON p.id = r.patient_id LEFT JOIN clinics c ON c.id = p.clinic_id
WHERE r.account_id = :account AND r.suspended_until IS NULL
ORDER BY p.id;

-- name: list_representatives
SELECT r.patient_id, CASE WHEN r.account_id = :account THEN 'YOU' ELSE 'ANOTHER_REPRESENTATIVE' END AS who,
    r.relationship, r.rights, r.created_at AS since, r.papers_at AS papers_seen_at
FROM representations mine JOIN representations r ON r.patient_id = mine.patient_id
WHERE mine.account_id = :account AND mine.suspended_until IS NULL AND r.suspended_until IS NULL
ORDER BY r.patient_id, r.created_at;

-- name: list_visits
SELECT v.patient_id, v.id AS number, v.ref, v.status, v.starts_at, v.ends_at, c.zone,
    s.name AS specialty, trim(d.family || ' ' || d.given || ' ' || d.patronymic) AS doctor, v.room, c.name AS clinic,
    c.address, v.visit_type,
    CASE WHEN v.elsewhere = 1 THEN 'CLINIC' WHEN v.account_id = :account THEN 'YOU'
        ELSE 'ANOTHER_REPRESENTATIVE' END AS booked_by,
    v.created_at AS booked_at, v.confirmed, v.cancelling, v.late AS cancelled_late, v.reason, v.presence,
    v.replaces
FROM representations r
    JOIN appointments v ON v.patient_id = r.patient_id
    JOIN doctors d ON d.id = v.doctor_id
    JOIN specialties s ON s.id = v.specialty_id
    JOIN clinics c ON c.id = v.clinic_id
WHERE r.account_id = :account AND r.suspended_until IS NULL
ORDER BY v.starts_at, v.id;

-- name: list_chosen_times
SELECT o.patient_id, o.starts_at, o.ends_at, s.name AS specialty,
    trim(d.family || ' ' || d.given || ' ' || d.patronymic) AS doctor, o.room, c.name AS clinic, c.zone, o.visit_type,
    o.created_at AS chosen_at
FROM orders o
    JOIN doctors d ON d.id = o.doctor_id
    JOIN specialties s ON s.id = d.specialty_id
    JOIN clinics c ON c.id = d.clinic_id
WHERE o.account_id = :account AND EXISTS (
    SELECT 1 FROM representations r
    WHERE r.account_id = o.account_id AND r.patient_id = o.patient_id AND r.suspended_until IS NULL
)
ORDER BY o.id;

-- name: list_requests_received
SELECT q.patient_id, q.ref, q.status, q.asked_at, q.until, q.answered_at
FROM representations r JOIN access_requests q ON q.patient_id = r.patient_id
WHERE r.account_id = :account AND r.rights = 'OWNER' AND r.suspended_until IS NULL
ORDER BY q.id;

-- name: list_requests_made
SELECT ref, status, asked_at, until, answered_at FROM access_requests WHERE account_id = :account ORDER BY id;

-- name: list_invitations_made
SELECT patient_id, made_at, until, used_at FROM invitations WHERE account_id = :account ORDER BY id;

-- name: list_invitations_received
SELECT made_at, until, used_at FROM invitations
WHERE opened_by = :account ORDER BY id;

-- name: list_desk_matters
SELECT m.patient_id, m.ref, m.kind, c.name AS clinic, m.opened_at, m.closed_at, m.outcome
FROM desk_matters m LEFT JOIN clinics c ON c.id = m.clinic_id
WHERE m.account_id = :account ORDER BY m.id;

-- name: list_desk_checks
-- A decision that may still be undone is not told, and another person's number reads as one that is not found.
SELECT k.patient_id, c.name AS clinic, k.opened_at, k.due_at, k.urgent_at,
    CASE WHEN k.closed_at IS NULL THEN NULL WHEN k.decision = 'OTHERS' THEN 'NOT_FOUND' ELSE k.decision END AS outcome,
    k.closed_at
FROM representations r JOIN desk_checks k ON k.patient_id = r.patient_id JOIN clinics c ON c.id = k.clinic_id
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY k.id;

-- name: list_applications
-- A decision that may still be undone is not told. The codes have prefixes: the same words mean other things elsewhere.
SELECT a.patient_id, a.ref, a.kind, c.name AS clinic, 'APPLICATION_' || a.status AS status,
    CASE WHEN a.reason <> '' THEN 'REASON_' || a.reason END AS reason,
    CASE WHEN a.last_change <> '' THEN 'CHANGE_' || a.last_change END AS last_change, a.uid, a.sealed_wish, a.filed_at,
    a.due_at,
    CASE WHEN a.final_at IS NULL AND a.verdict_reason IS NOT NULL THEN 'REFUSAL_' || a.verdict_reason END
        AS refused_because,
    CASE WHEN a.final_at IS NULL AND a.verdict_fields <> '' THEN a.verdict_fields END AS to_correct, a.closed_at
FROM representations r JOIN applications a ON a.patient_id = r.patient_id JOIN clinics c ON c.id = a.clinic_id
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY a.id;

-- name: list_application_history
SELECT a.patient_id, a.ref, 'STEP_' || s.step AS step, s.at AS said_at
FROM representations r JOIN applications a ON a.patient_id = r.patient_id
    JOIN application_steps s ON s.application_id = a.id
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY s.id;

-- name: list_policy_requests
-- A decision that may still be undone is not told.
SELECT a.ref, c.name AS clinic, 'APPLICATION_' || a.status AS status, a.uid, a.sealed_form, a.filed_at, a.due_at,
    a.consent_version AS version, a.digest AS text_sha256,
    CASE WHEN a.final_at IS NULL AND a.verdict_reason IS NOT NULL THEN 'REFUSAL_' || a.verdict_reason END
        AS refused_because,
    CASE WHEN a.final_at IS NULL AND a.verdict_fields <> '' THEN a.verdict_fields END AS to_correct,
    CASE WHEN a.final_at IS NULL AND a.ready IS NOT NULL THEN 'READY_' || a.ready END AS ready, a.closed_at
FROM policy_requests a JOIN clinics c ON c.id = a.clinic_id WHERE a.account_id = :account ORDER BY a.id;

-- name: list_policy_request_history
SELECT a.ref, 'STEP_' || s.step AS step, s.at AS said_at
FROM policy_requests a JOIN policy_request_steps s ON s.request_id = a.id WHERE a.account_id = :account ORDER BY s.id;

-- name: list_sent_policy_requests
SELECT a.ref, s.sent_at, s.uid, s.sealed_data
FROM policy_requests a JOIN policy_request_versions s ON s.request_id = a.id
WHERE a.account_id = :account ORDER BY s.id;

-- name: list_application_papers
-- The pictures are left out: the parent has the papers themselves, and an export has a size.
SELECT p.patient_id, a.ref, c.name AS clinic, 'PAPER_' || p.kind AS kind, p.pages, p.added_at AS sent_at, p.closed_at,
    l.name AS left_out_of
FROM representations r JOIN application_papers p ON p.patient_id = r.patient_id
    JOIN clinics c ON c.id = p.clinic_id LEFT JOIN applications a ON a.id = p.application_id
    LEFT JOIN clinics l ON l.id = p.left_out_of
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY p.id;

-- name: list_sent_applications
SELECT a.patient_id, a.ref, s.sent_at, s.uid, s.sealed_data
FROM representations r JOIN applications a ON a.patient_id = r.patient_id
    JOIN application_versions s ON s.application_id = a.id
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY s.id;

-- name: list_enrollment_waits
SELECT w.patient_id, c.name AS clinic, w.since, w.until
FROM representations r
    JOIN enrollment_waits w ON w.account_id = r.account_id AND w.patient_id = r.patient_id
    JOIN clinics c ON c.id = w.clinic_id
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY w.id;

-- name: list_clinic_consents
SELECT k.patient_id, c.name AS clinic, k.kind, k.version, k.digest AS text_sha256, k.given_at, k.revoked_at
FROM clinic_consents k JOIN clinics c ON c.id = k.clinic_id
WHERE k.account_id = :account AND EXISTS (
    SELECT 1 FROM representations r
    WHERE r.account_id = k.account_id AND r.patient_id = k.patient_id AND r.suspended_until IS NULL
)
ORDER BY k.given_at;

-- name: list_enrollments
SELECT e.patient_id, c.name AS clinic, e.since, e.ended_at AS closed_at, e.district,
    trim(d.family || ' ' || d.given || ' ' || d.patronymic) AS doctor
FROM representations r JOIN enrollments e ON e.patient_id = r.patient_id JOIN clinics c ON c.id = e.clinic_id
    LEFT JOIN doctors d ON d.id = e.doctor_id
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY e.since;

-- name: list_waits
SELECT w.patient_id, c.name AS clinic, s.name AS specialty, w.is_first, w.since, w.until, w.ended_at AS closed_at
FROM representations r JOIN waitlist_entries w ON w.patient_id = r.patient_id JOIN clinics c ON c.id = w.clinic_id
JOIN specialties s ON s.id = w.specialty_id
WHERE r.account_id = :account AND r.suspended_until IS NULL ORDER BY w.id;

-- name: list_shared_cards
-- Of the account's cards: which share their visits with another account's card, and with which one is shared.
SELECT r.patient_id, 'OUR_VISITS' AS what_is_shared, s.since
FROM representations r JOIN shared_cards s ON s.card_id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL
UNION ALL
SELECT r.patient_id, 'THEIR_VISITS' AS what_is_shared, s.since
FROM representations r JOIN shared_cards s ON s.with_id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL;

-- name: list_said_once
SELECT t.patient_id, t.matter, t.at AS said_at FROM representations r JOIN told t ON t.patient_id = r.patient_id
WHERE r.account_id = :account AND r.suspended_until IS NULL
ORDER BY t.at;

-- name: list_drafts
SELECT uid, sealed_fields, kind, changed_at FROM drafts WHERE account_id = :account ORDER BY id;

-- name: list_messages
SELECT o.kind, o.status, v.ref, o.due_at, o.sent_at, o.created_at AS written_at
FROM outbox o LEFT JOIN appointments v ON v.id = o.appointment_id
WHERE o.account_id = :account
ORDER BY o.id;

-- name: list_favourite_clinics
SELECT c.name AS clinic, c.address, f.added_at AS since FROM favourites f JOIN clinics c ON c.id = f.clinic_id
WHERE f.account_id = :account ORDER BY f.added_at, f.clinic_id;

-- name: list_failed_checks
SELECT at AS failed_at FROM failed_checks WHERE account_id = :account ORDER BY at;

-- name: list_takeovers
-- Of a takeover that was made, due_at is when the old account can undo it no longer.
SELECT 'OLD_ACCOUNT' AS this_is, ref, status, due_at FROM takeovers WHERE old_id = :account
UNION ALL
SELECT 'NEW_ACCOUNT' AS this_is, ref, status, due_at FROM takeovers WHERE new_id = :account
UNION ALL
SELECT 'OLD_ACCOUNT' AS this_is, ref, 'MOVED' AS status, until AS due_at FROM moves WHERE old_id = :account
UNION ALL
SELECT 'NEW_ACCOUNT' AS this_is, ref, 'MOVED' AS status, until AS due_at FROM moves WHERE new_id = :account;

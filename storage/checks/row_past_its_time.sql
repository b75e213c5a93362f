-- What a person has stored is deleted when its time is over (bot/privacy/lifetimes.py, which a test compares with this).
-- leeway: 86400, the job runs every hour, and a bot may be stopped for some hours.
-- whole: it is about old rows, not about what has changed.
SELECT 'order ' || id AS place FROM orders WHERE created_at < :now - 2 * 86400 - :leeway
UNION ALL
SELECT 'draft ' || id FROM drafts WHERE changed_at < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'prompt' FROM dialogs WHERE asked_at < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'correction of card ' || id FROM patients WHERE correction_at < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'failed check ' || id FROM failed_checks WHERE at < :now - 3600 - :leeway
UNION ALL
SELECT 'visit ' || id FROM appointments WHERE ends_at < :now - 365 * 86400 - :leeway
UNION ALL
SELECT 'visit elsewhere of card ' || patient_id FROM visits_elsewhere WHERE ends_at < :now - 0 - :leeway
UNION ALL
SELECT 'number of booking ' || booking FROM kept_numbers WHERE ends_at < :now - 0 - :leeway
UNION ALL
SELECT 'look at card ' || patient_id FROM clinic_looks WHERE looked_at < :now - 7 * 86400 - :leeway
UNION ALL
SELECT 'referral of card ' || patient_id FROM known_referrals WHERE ends_at < :now - 0 - :leeway
UNION ALL
SELECT 'unchecked person of card ' || patient_id FROM unchecked_persons WHERE made_at < :now - 180 * 86400 - :leeway
UNION ALL
SELECT 'closed visit ' || appointment_id FROM closed_visits WHERE closed_at < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'entry of the waiting list ' || id FROM waitlist_entries WHERE until < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'person of the waiting list ' || id FROM waiting_persons WHERE until < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'request ' || id FROM access_requests WHERE until < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'invitation ' || id FROM invitations WHERE until < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'link to a post ' || id FROM staff_invitations WHERE until < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'passing message of account ' || account_id FROM passing_messages WHERE shown_at < :now - 2 * 86400 - :leeway
UNION ALL
SELECT 'desk matter ' || id FROM desk_matters WHERE opened_at < :now - 365 * 86400 - :leeway
UNION ALL
SELECT 'desk check ' || id FROM desk_checks WHERE opened_at < :now - 400 * 86400 - :leeway
UNION ALL
SELECT 'application ' || id FROM applications WHERE closed_at < :now - 365 * 86400 - :leeway
UNION ALL
SELECT 'policy request ' || id FROM policy_requests WHERE closed_at < :now - 365 * 86400 - :leeway
UNION ALL
SELECT 'paper ' || id FROM application_papers WHERE closed_at < :now - 30 * 86400 - :leeway
UNION ALL
SELECT 'unsent paper ' || id FROM application_papers
WHERE added_at < :now - 2 * 86400 - :leeway AND application_id IS NULL
UNION ALL
SELECT 'wait for enrollment ' || id FROM enrollment_waits WHERE until < :now - 0 - :leeway
UNION ALL
SELECT 'consent of card ' || patient_id FROM clinic_consents WHERE revoked_at < :now - 1095 * 86400 - :leeway
UNION ALL
SELECT 'enrollment of card ' || patient_id FROM enrollments WHERE ended_at < :now - 365 * 86400 - :leeway
UNION ALL
SELECT 'code of account ' || account_id FROM pins WHERE drops_at < :now - 7 * 86400 - :leeway
UNION ALL
SELECT 'offered code of account ' || account_id FROM offered_pins WHERE until < :now - 0 - :leeway
UNION ALL
SELECT 'budget of account ' || account_id FROM budgets WHERE full_at < :now - 0 - :leeway
UNION ALL
SELECT 'message ' || id FROM outbox
WHERE due_at < :now - 30 * 86400 - :leeway AND status NOT IN ('QUEUED', 'CLAIMED')
UNION ALL
SELECT 'unsent message ' || id FROM outbox WHERE due_at < :now - 365 * 86400 - :leeway AND status = 'QUEUED'
UNION ALL
SELECT 'consent ' || id FROM consents WHERE revoked_at < :now - 1095 * 86400 - :leeway
UNION ALL
SELECT 'journal entry ' || id FROM audit WHERE at < :now - 1095 * 86400 - :leeway;

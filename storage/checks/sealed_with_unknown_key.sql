-- Everything that is sealed names a key whose canary is known: what names another key nobody can read.
-- leeway: 0, the canary is written before the first value.
-- whole: it reads every table.
WITH every AS (
    SELECT 'accounts.sealed_telegram ' || rowid AS place, sealed_telegram AS sealed
    FROM accounts WHERE sealed_telegram IS NOT NULL
    UNION ALL
    SELECT 'patients.sealed_identity ' || rowid AS place, sealed_identity AS sealed
    FROM patients WHERE sealed_identity IS NOT NULL
    UNION ALL
    SELECT 'patients.sealed_person ' || rowid AS place, sealed_person AS sealed
    FROM patients WHERE sealed_person IS NOT NULL
    UNION ALL
    SELECT 'patients.sealed_details ' || rowid AS place, sealed_details AS sealed
    FROM patients WHERE sealed_details IS NOT NULL
    UNION ALL
    SELECT 'patients.sealed_correction ' || rowid AS place, sealed_correction AS sealed
    FROM patients WHERE sealed_correction IS NOT NULL
    UNION ALL
    SELECT 'drafts.sealed_fields ' || rowid AS place, sealed_fields AS sealed
    FROM drafts WHERE sealed_fields IS NOT NULL
    UNION ALL
    SELECT 'applications.sealed_wish ' || rowid AS place, sealed_wish AS sealed
    FROM applications WHERE sealed_wish IS NOT NULL
    UNION ALL
    SELECT 'policy_requests.sealed_form ' || rowid AS place, sealed_form AS sealed
    FROM policy_requests WHERE sealed_form IS NOT NULL
    UNION ALL
    SELECT 'application_versions.sealed_data ' || rowid AS place, sealed_data AS sealed
    FROM application_versions WHERE sealed_data IS NOT NULL
    UNION ALL
    SELECT 'policy_request_versions.sealed_data ' || rowid AS place, sealed_data AS sealed
    FROM policy_request_versions WHERE sealed_data IS NOT NULL
    UNION ALL
    SELECT 'contacts.sealed_phone ' || rowid AS place, sealed_phone AS sealed
    FROM contacts WHERE sealed_phone IS NOT NULL
    UNION ALL
    SELECT 'contacts.sealed_email ' || rowid AS place, sealed_email AS sealed
    FROM contacts WHERE sealed_email IS NOT NULL
    UNION ALL
    SELECT 'pins.sealed_digest ' || rowid AS place, sealed_digest AS sealed
    FROM pins WHERE sealed_digest IS NOT NULL
    UNION ALL
    SELECT 'offered_pins.sealed_digest ' || rowid AS place, sealed_digest AS sealed
    FROM offered_pins WHERE sealed_digest IS NOT NULL
    UNION ALL
    SELECT 'takeovers.sealed_phone ' || rowid AS place, sealed_phone AS sealed
    FROM takeovers WHERE sealed_phone IS NOT NULL
    UNION ALL
    SELECT 'moves.sealed_phone ' || rowid AS place, sealed_phone AS sealed
    FROM moves WHERE sealed_phone IS NOT NULL
    UNION ALL
    SELECT 'outbox.sealed_facts ' || rowid AS place, sealed_facts AS sealed
    FROM outbox WHERE sealed_facts IS NOT NULL
    UNION ALL
    SELECT 'dialogs.sealed_state ' || rowid AS place, sealed_state AS sealed
    FROM dialogs WHERE sealed_state IS NOT NULL
    UNION ALL
    SELECT 'dialogs.sealed_data ' || rowid AS place, sealed_data AS sealed
    FROM dialogs WHERE sealed_data IS NOT NULL
    UNION ALL
    SELECT 'application_papers.sealed_pages ' || rowid AS place, substr(sealed_pages, 1, 40) AS sealed
    FROM application_papers
    UNION ALL
    SELECT 'registry_persons.person ' || rowid AS place, person AS sealed
    FROM registry_persons WHERE person IS NOT NULL
    UNION ALL
    SELECT 'registry_bookings.reason ' || rowid AS place, reason AS sealed
    FROM registry_bookings WHERE reason IS NOT NULL
    UNION ALL
    SELECT 'registry_referrals.referral ' || rowid AS place, referral AS sealed
    FROM registry_referrals WHERE referral IS NOT NULL
)
SELECT every.place
FROM every
WHERE EXISTS (SELECT 1 FROM secret_canaries) AND NOT EXISTS (
    SELECT 1 FROM secret_canaries k
    WHERE substr(every.sealed, 1, 1 + length(k.id)) = CAST(char(length(k.id)) || k.id AS BLOB)
);

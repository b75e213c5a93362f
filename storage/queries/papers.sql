-- Files of papers that go with applications, and the papers that a clinic asks for.

-- name: add_paper^
INSERT INTO application_papers (uid, account_id, patient_id, clinic_id, kind, pages, sealed_pages, added_at)
VALUES (:uid, :account, :patient, :clinic, :kind, :pages, :sealed, :now)
RETURNING id;

-- name: list_unsent_papers
SELECT id, kind, pages FROM application_papers
WHERE account_id = :account AND patient_id = :patient AND clinic_id = :clinic AND application_id IS NULL
ORDER BY id;

-- name: list_papers_of_application
SELECT id, kind, pages FROM application_papers WHERE application_id = :application ORDER BY id;

-- name: list_pages_of_application
SELECT kind, uid, sealed_pages FROM application_papers WHERE application_id = :application ORDER BY id;

-- name: delete_unsent_paper^
DELETE FROM application_papers WHERE id = :paper AND account_id = :account AND application_id IS NULL
RETURNING patient_id;

-- name: set_application_of_papers!
UPDATE application_papers SET application_id = :application
WHERE account_id = :account AND patient_id = :patient AND clinic_id = :clinic AND application_id IS NULL;

-- name: delete_old_papers!
DELETE FROM application_papers WHERE closed_at < :before;

-- name: delete_old_unsent_papers!
DELETE FROM application_papers WHERE application_id IS NULL AND added_at < :before;

-- name: list_papers_of_clinic
SELECT kind FROM clinic_papers WHERE clinic_id = :clinic;

-- name: add_paper_of_clinic!
INSERT INTO clinic_papers (clinic_id, kind) VALUES (:clinic, :kind) ON CONFLICT DO NOTHING;

-- name: delete_paper_of_clinic!
DELETE FROM clinic_papers WHERE clinic_id = :clinic AND kind = :kind;

-- Files of papers that go with applications, and the papers that a clinic asks for.

-- name: add_paper^
INSERT INTO application_papers (uid, account_id, patient_id, clinic_id, kind, pages, sealed_pages, added_at)
VALUES (:uid, :account, :patient, :clinic, :kind, :pages, :sealed, :now)
RETURNING id;

-- name: list_papers_to_send
-- What goes with the next sending of an application for enrollment of a card to a clinic: files that are not sent yet,
-- also those for a clinic that was not applied to, those of the application there that is to be corrected, and those of
-- the card's newest application if it is decided, or open at another clinic.
SELECT p.id, p.kind, p.pages,
    CASE
        WHEN a.id IS NULL THEN p.clinic_id <> :clinic
        ELSE a.closed_at IS NOT NULL OR a.clinic_id <> :clinic
    END AS is_earlier,
    a.id IS NOT NULL AND a.closed_at IS NULL AND a.clinic_id <> :clinic AS is_elsewhere
FROM application_papers p LEFT JOIN applications a ON a.id = p.application_id
WHERE p.patient_id = :patient AND (
    (a.id IS NULL AND p.account_id = :account)
    OR (a.status = 'NEEDS_CORRECTION' AND a.clinic_id = :clinic)
    OR (
        a.id = (SELECT max(n.id) FROM applications n WHERE n.patient_id = :patient AND n.kind = 'ENROLLMENT')
        AND (a.closed_at IS NOT NULL OR a.clinic_id <> :clinic)
        AND (p.left_out_of IS NULL OR p.left_out_of <> :clinic)
    )
)
ORDER BY p.id;

-- name: list_papers_of_application
SELECT id, kind, pages FROM application_papers WHERE application_id = :application ORDER BY id;

-- name: list_pages_of_application
SELECT kind, uid, sealed_pages FROM application_papers WHERE application_id = :application ORDER BY id;

-- name: delete_paper!
DELETE FROM application_papers WHERE id = :paper;

-- name: set_paper_left_out!
UPDATE application_papers SET left_out_of = :clinic WHERE id = :paper;

-- name: take_papers_along!
UPDATE application_papers
SET account_id = :account, clinic_id = :clinic, application_id = NULL, closed_at = NULL, left_out_of = NULL
WHERE id IN (
    :v0, :v1, :v2, :v3, :v4, :v5, :v6, :v7, :v8, :v9,
    :v10, :v11, :v12, :v13, :v14, :v15, :v16, :v17, :v18, :v19,
    :v20, :v21, :v22, :v23, :v24, :v25, :v26, :v27, :v28, :v29,
    :v30, :v31, :v32, :v33, :v34, :v35, :v36, :v37, :v38, :v39,
    :v40, :v41, :v42, :v43, :v44, :v45, :v46, :v47, :v48, :v49
);

-- name: set_application_of_papers!
UPDATE application_papers SET application_id = :application
WHERE account_id = :account AND patient_id = :patient AND clinic_id = :clinic AND application_id IS NULL;

-- name: delete_old_papers!
DELETE FROM application_papers WHERE closed_at < :before;

-- name: delete_old_unsent_papers!
DELETE FROM application_papers WHERE application_id IS NULL AND added_at < :before;

-- name: list_papers_of_clinic
SELECT kind FROM clinic_papers WHERE clinic_id = :clinic;

-- name: find_papers_set^
SELECT papers_set FROM enrollment_limits WHERE clinic_id = :clinic;

-- name: save_papers_set!
INSERT INTO enrollment_limits (clinic_id, is_full, own_area_only, papers_set) VALUES (:clinic, 0, 0, 1)
ON CONFLICT (clinic_id) DO UPDATE SET papers_set = 1;

-- name: add_paper_of_clinic!
INSERT INTO clinic_papers (clinic_id, kind) VALUES (:clinic, :kind) ON CONFLICT DO NOTHING;

-- name: delete_paper_of_clinic!
DELETE FROM clinic_papers WHERE clinic_id = :clinic AND kind = :kind;

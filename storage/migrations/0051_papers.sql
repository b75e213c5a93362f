-- expands: yes, new tables only.
-- Files of papers that go with an application, drawn anew and sealed. Until the application is sent a file has no
-- application_id; closed_at is when the application was decided.
CREATE TABLE application_papers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid BLOB NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    patient_id INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    application_id INTEGER REFERENCES applications (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    pages INTEGER NOT NULL,
    sealed_pages BLOB NOT NULL,
    added_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX application_papers_of_account ON application_papers (account_id, patient_id, clinic_id);
CREATE INDEX application_papers_of_patient ON application_papers (patient_id);
CREATE INDEX application_papers_of ON application_papers (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX application_papers_unsent ON application_papers (added_at) WHERE application_id IS NULL;
CREATE INDEX application_papers_closed ON application_papers (closed_at) WHERE closed_at IS NOT NULL;

-- The papers that a clinic asks for with an application, as its head has set them.
CREATE TABLE clinic_papers (
    clinic_id INTEGER NOT NULL REFERENCES clinics (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (clinic_id, kind)
) STRICT;

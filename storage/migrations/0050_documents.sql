-- expands: yes, columns that may be left out, and wider indexes.
-- Applications for documents of a clinic beside those for enrollment, and which documents a clinic makes.

-- topic is the number of the document, 0 for an enrollment; sealed_wish is what is asked in words, sealed with uid.
ALTER TABLE applications ADD COLUMN topic INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN uid BLOB;
ALTER TABLE applications ADD COLUMN sealed_wish BLOB;
DROP INDEX applications_open;
CREATE UNIQUE INDEX applications_open ON applications (patient_id, kind, topic) WHERE closed_at IS NULL;

-- A consent to pass data is for one kind of applications.
ALTER TABLE clinic_consents ADD COLUMN kind TEXT NOT NULL DEFAULT 'ENROLLMENT';
DROP INDEX one_live_clinic_consent;
CREATE UNIQUE INDEX one_live_clinic_consent ON clinic_consents (account_id, patient_id, clinic_id, kind)
WHERE revoked_at IS NULL;

-- asks is what the parent is asked for: NULL is nothing.
ALTER TABLE registry_documents ADD COLUMN min_age INTEGER;
ALTER TABLE registry_documents ADD COLUMN max_age INTEGER;
ALTER TABLE registry_documents ADD COLUMN asks TEXT;

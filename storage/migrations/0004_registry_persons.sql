-- expands: yes, columns that may be left out and an index.
-- The register finds a person by SNILS too, and a clinic says how far a representative must be proved.

ALTER TABLE registry_persons ADD COLUMN snils_index BLOB;
CREATE INDEX registry_persons_by_snils ON registry_persons (snils_index) WHERE snils_index IS NOT NULL;
ALTER TABLE registry_clinics ADD COLUMN level INTEGER NOT NULL DEFAULT 2;

-- expands: yes, an index only.
-- The desk searches the persons of its own clinic.
CREATE INDEX registry_persons_of_clinic ON registry_persons (clinic_id, id);

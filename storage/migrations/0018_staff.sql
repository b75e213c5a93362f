-- expands: yes, columns that may be left out and indexes.
-- Staff: the clinic whose staff member acted is kept with the entry, because a member may leave or change the clinic.

ALTER TABLE audit ADD COLUMN clinic_id INTEGER REFERENCES clinics (id);
CREATE INDEX audit_of_staff ON audit (clinic_id, at) WHERE actor = 'STAFF';
CREATE INDEX staff_of_clinic ON accounts (clinic_id, id) WHERE role IS NOT NULL;

-- The clinic that demands to see papers, which may settle the matter beside the child's own clinic.
ALTER TABLE desk_matters ADD COLUMN clinic_id INTEGER REFERENCES clinics (id);

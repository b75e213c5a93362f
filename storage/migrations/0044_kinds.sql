-- expands: yes, a column that may be left out.
-- What the times are for that a day that differs opens; NULL is PLANNED.

ALTER TABLE registry_exceptions ADD COLUMN visit_type TEXT;

-- expands: yes, a column that may be left out.
-- How the desk has settled a matter: CONFIRMED or DECLINED; NULL for the matters of earlier releases.

ALTER TABLE desk_matters ADD COLUMN outcome TEXT;

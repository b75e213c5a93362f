-- expands: yes, a column that may be left out.
-- The clinic that a paper of an open application is not to go along to, if the clinic is changed before the decision.
ALTER TABLE application_papers ADD COLUMN left_out_of INTEGER REFERENCES clinics (id);

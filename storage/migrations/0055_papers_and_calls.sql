-- expands: yes, columns that may be left out.
-- The clinic that a paper of an open application is not to go along to, if the clinic is changed before the decision.
ALTER TABLE application_papers ADD COLUMN left_out_of INTEGER REFERENCES clinics (id);

-- When the desk has telephoned the person of a visit because the doctor is late.
ALTER TABLE registry_bookings ADD COLUMN called_at INTEGER;

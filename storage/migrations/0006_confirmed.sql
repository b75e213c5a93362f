-- expands: yes, rows that the release before does not look for.
-- The half-yearly question counts from the day on which the register confirmed the card.

INSERT INTO told (patient_id, matter, at)
SELECT id, 'confirmed', checked_at FROM patients WHERE status = 'VERIFIED' AND checked_at IS NOT NULL
ON CONFLICT (patient_id, matter) DO NOTHING;

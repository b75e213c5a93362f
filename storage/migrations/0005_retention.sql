-- expands: yes, indexes only.
-- What is kept for a time only is found by its age.

CREATE INDEX appointments_by_end ON appointments (ends_at);
CREATE INDEX audit_by_age ON audit (at);
CREATE INDEX consents_by_end ON consents (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX outbox_over ON outbox (due_at) WHERE status NOT IN ('QUEUED', 'CLAIMED');

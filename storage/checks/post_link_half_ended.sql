-- A link to a post ends once: its outcome has a moment, and one that was accepted has made somebody a member.
-- leeway: 0, both are written in one statement.
SELECT 'link to a post ' || id AS place FROM staff_invitations
WHERE (outcome IS NULL) <> (ended_at IS NULL) OR (outcome = 'ACCEPTED' AND opened_by IS NULL);

"""Family: who acts for a patient, requests for access, and invitations."""

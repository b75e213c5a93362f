"""The chat of the family slice: representatives of a patient, requests for access, and invitations."""

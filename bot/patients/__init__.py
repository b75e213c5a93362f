"""The card of a patient: link a policy, check it, edit the card, watch the policy."""

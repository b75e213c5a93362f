"""Headings of an export's sections and labels of its fields."""

from __future__ import annotations

from bot.core.i18n import N_, gettext as _

HEADINGS = {
    "account": N_("Your account"),
    "contacts": N_("Contacts"),
    "code": N_("Access code"),
    "consents": N_("Consents"),
    "representatives": N_("Who acts for the patient"),
    "visits": N_("Visits"),
    "chosen_times": N_("Times looked at before booking"),
    "requests_received": N_("Requests for access"),
    "invitations_made": N_("Invitations"),
    "desk_matters": N_("Questions for the reception"),
    "desk_checks": N_("Policy checks at the reception"),
    "waits": N_("Waiting lists"),
    "shared_cards": N_("Sharing of visits"),
    "said_once": N_("What has been told already"),
    "journal": N_("History of actions"),
    "favourite_clinics": N_("Favourite clinics"),
    "requests_made": N_("Your requests for access"),
    "invitations_received": N_("Invitations that you opened"),
    "takeovers": N_("Moving to another account"),
    "failed_checks": N_("Checks that the register answered with no"),
    "drafts": N_("Forms not finished"),
    "messages": N_("Messages of the bot"),
}

LABELS = {
    # the account
    "telegram_id": N_("Number in Telegram"),
    "unreadable_cards": N_("Cards that cannot be read"),
    "language": N_("Language of the bot"),
    "telegram_language": N_("Language of Telegram"),
    "reachable": N_("Messages arrive"),
    "role": N_("Role"),
    "works_at": N_("Place of work"),
    "opened_link_of": N_("Opened the link of"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "is_asked_for": N_("The code is asked for"),
    "drops_at": N_("The code will be dropped"),
    "purpose": N_("Purpose"),
    "version": N_("Version of the text"),
    "text_sha256": N_("SHA-256 of the text"),
    "given_at": N_("Given"),
    "revoked_at": N_("Taken back"),
    # a patient
    "number": N_("No."),
    "family": N_("Family name"),
    "given": N_("Given name"),
    "patronymic": N_("Patronymic"),
    "name": N_("Name"),
    "birth_date": N_("Date of birth"),
    "sex": N_("Sex"),
    "policy_number": N_("Policy number"),
    "added_at": N_("Card added"),
    "policy_valid_until": N_("The policy ends"),
    "closed_at": N_("Closed"),
    "outcome": N_("How it was settled"),
    "urgent_at": N_("Called urgent"),
    "is_first": N_("First in the line"),
    "what_is_shared": N_("What is shared"),
    "clinic": N_("Clinic"),
    "snils": N_("SNILS"),
    "certificate": N_("Birth certificate"),
    "issued_on": N_("Policy issued on"),
    "valid_until": N_("Policy valid until"),
    "address": N_("Address"),
    "waiting_name": N_("New name, not checked yet"),
    "waiting_policy_number": N_("New policy number, not checked yet"),
    "check.status": N_("Check of the policy"),
    "check.reason": N_("What the register says"),
    "check.to_correct": N_("To be corrected"),
    "check.asked_at": N_("Check asked for"),
    "check.answered_at": N_("Check finished"),
    # representatives, requests, invitations
    "who": N_("Who"),
    "relationship": N_("Who that is to the patient"),
    "rights": N_("Rights"),
    "since": N_("Since"),
    "papers_seen_at": N_("Papers seen"),
    "asked_at": N_("Asked"),
    "answered_at": N_("Answered"),
    "until": N_("Until"),
    "made_at": N_("Made"),
    "used_at": N_("Used"),
    "opened_at": N_("Opened"),
    "kind": N_("What it is"),
    "matter": N_("About what"),
    "said_at": N_("When"),
    "due_at": N_("Due"),
    "this_is": N_("This account is"),
    "failed_at": N_("When"),
    # a visit
    "ref": N_("Number to tell"),
    "status": N_("State"),
    "starts_at": N_("Begins"),
    "ends_at": N_("Ends"),
    "specialty": N_("Specialty"),
    "doctor": N_("Doctor"),
    "room": N_("Room"),
    "visit_type": N_("Kind of visit"),
    "booked_by": N_("Who booked"),
    "booked_at": N_("Asked to book"),
    "chosen_at": N_("Looked at"),
    "confirmed": N_("You said that you are coming"),
    "cancelling": N_("Is being cancelled"),
    "cancelled_late": N_("Cancelled late"),
    "presence": N_("“We were there”"),
    "reason": N_("Why it is not to be"),
    "replaces": N_("Instead of visit No."),
    # drafts, messages, the journal
    "changed_at": N_("Changed"),
    "typed.number": N_("Policy number"),
    "way": N_("Begun with"),
    "pictured": N_("The number was read from a photo"),
    "no_patronymic": N_("There is no patronymic"),
    "adds_patronymic": N_("The patronymic is still to be typed"),
    "named": N_("The name is confirmed"),
    "sent_at": N_("Sent"),
    "written_at": N_("Written"),
}


def heading(section: str) -> str:
    return _(HEADINGS[section]) if section in HEADINGS else ""


def label(name: str, within: str = "") -> str:
    """Return the label of a field, which may be inside another one; a field without a label has its own name."""
    # Typed fields of drafts are stored under names in capitals.
    known = LABELS.get(f"{within}.{name}") or LABELS.get(name.lower())
    return _(known) if known else name

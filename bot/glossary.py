"""The glossary: the words of the product in code and in Russian, where each stands, and the types of the ids.

Texts that people read are Russian and stand in ``locales``; code and comments use the words of the first column.

bot/core/people.py
    Account             пользователь бота            one Telegram user; not "user", not "client"
    PersonName          имя, фамилия, отчество       as in the document; a chat shows «Мария И.» (``kit.names``)
    Lock                код доступа (состояние)      the access code of an account: when it is required, when paused
    Purpose             цель согласия                REPRESENTATIVE, PATIENT, REMINDERS; a consent is for one purpose
    Role                роль сотрудника              of a staff member: REGISTRAR, HEAD, ADMIN
    Operator            оператор бота                the person or company that runs the bot
bot/core/posts.py
    PostInvitation      приглашение на работу        a one-time link to a role at a clinic; used by one account
bot/core/patient.py
    Patient             пациент (ребёнок)            never "child" in code: a patient grows up
    policy_number       номер полиса ОМС (ЕНП)       text of 16 digits, leading zeros kept; others: see PolicyKind
    Verification        проверка полиса              of a policy in the register of the insured; see VerificationStatus
bot/core/clinic.py
    Clinic              поликлиника                  has its zone, deadlines and level
    Specialty           специальность                may require a referral (направление)
    Doctor              врач; кабинет                ``is_room``: a room booked without a doctor's name
    Slot                время приёма                 a free interval, never a booking
    Level               уровень подтверждения        how far it is proved that an account may act for a patient
bot/core/clinic_documents.py
    ClinicDocument      справка, документ            that a clinic makes when an application asks for it
bot/core/refs.py
    read_ref            номер записи, запроса        a Ref, XXXX-XX, which people read aloud
bot/core/timing.py
    in_quiet_hours      тихие часы                   22:00-08:00 in the clinic's zone
bot/core/deeds.py
    Deed                действие                     what a journal entry records, with an Actor and a Subject
    AuditEntry          запись журнала               who, what, whom, when; no medical content
bot/clinics/port.py
    ClinicSystem        МИС                          the port; a connector implements it
    Booking             запись в МИС                 the clinic's record of a visit; see BookingStatus
    Hold                временная бронь              keeps a slot for a person until ``expires_at``
    Referral            направление                  to a specialty that needs one; a visit spends it
    PolicyClaim         данные для проверки          what a representative has typed, compared with the register
bot/clinics/reserving.py
    Reservation         бронь для предложения        keeps a slot for an offer; whoever has its key takes it
    Opening             освободившееся время         a slot that can be booked now and could not before
bot/clinics/schedule_port.py
    Closure             закрытие часов врача         hours that the desk has closed, with what is kept for their visits
    StoodIn             замена врача                 another doctor of the specialty sees the patients
bot/clinics/desk_port.py
    ClinicDesk          регистратура                 the port of what only the clinic's own side does
bot/clinics/directory.py
    Directory           справочник                   clinics, specialties and doctors of all systems under our own ids
bot/clinics/word_index.py
    WordIndex           указатель слов               finds clinics and doctors by a typed line, slips forgiven
bot/delivery/news.py
    News                новость                      what one kind of message says
    Notice              уведомление                  a message to enqueue
    OutboxMessage       исходящее сообщение          a claimed message; see OutboxStatus
bot/delivery/screen.py
    Screen              экран                        a message with its buttons
bot/delivery/paper.py
    Paper               печатная форма               a document that the bot prints as PDF
bot/account/records.py
    Contact             телефон и почта              of an account, both optional; a phone is shared, never typed
    Consent             согласие                     to one purpose, in one version of its text
    Takeover            перенос в другой аккаунт     a new account with the same phone asks for what the old one has
    Move                сделанный перенос            a takeover that was made; the old account may undo it for 30 days
bot/patients/records.py
    Representation      законный представитель       of a patient by an account; relationship SELF, PARENT, GUARDIAN
    Rights              права                        one OWNER of a card, who edits and shares it; CO_REPRESENTATIVE
    Correction          правка                       the new data of a card, which apply after the register agrees
    Draft               черновик                     what a person has typed so far
    Matter              вопрос в регистратуру        settled at a clinic with papers; people bring its Ref
    DeskCheck           проверка в регистратуре      of a policy that no register lists, by a clinic's desk
bot/patients/rules/claims.py
    CardClaim           карточка с полисом           confirmed by the register; one for each account and policy
    Sharing             общий доступ к записям       a card shows its visits to another card's representatives
    Standing            положение карточки           limited while a better card does not vouch for it
bot/family/records.py
    AccessRequest       вопрос другой карточке       whether two accounts with cards of one child are a family
    Invitation          приглашение                  a link for one more representative, used once
bot/booking/records.py
    Order               намерение (экран проверки)   what a Confirm button confirms; its key is the idempotency key
    Appointment         запись на приём              the bot's record of a visit; it has the statuses of a Booking
    VisitElsewhere      запись, сделанная не здесь   at the desk or by telephone; shown to whoever is proved
    replaces            перенос                      a reschedule: a new appointment replaces the old and keeps its Ref
bot/booking/reminders.py
    Reminders           напоминание                  by the clock; other news is sent when something happens
bot/applications/records.py
    PolicyRequest       заявление на полис           for a child without a card, to the one desk that takes them
    Application         заявление                    to a clinic, decided at its desk; see ApplicationStatus
    Enrollment          прикрепление                 of a patient to a clinic, by a decision made in the bot
bot/appointments/rules.py
    KnownVisit          что сказано о записи         what people were told of a visit
bot/privacy
    export              выгрузка                     everything that the bot stores of an account
    lookup              поиск для оператора          whom a number belongs to that the bot has told
    erase               удаление данных              of an account or a card

Datetimes are aware and in UTC, dates are local days of the clinic, durations are timedeltas.
"""

from __future__ import annotations

from typing import NewType

AccountId = NewType("AccountId", int)
PatientId = NewType("PatientId", int)
ClinicId = NewType("ClinicId", int)
SpecialtyId = NewType("SpecialtyId", int)
DoctorId = NewType("DoctorId", int)
OrderId = NewType("OrderId", int)
AppointmentId = NewType("AppointmentId", int)
OutboxId = NewType("OutboxId", int)
RequestId = NewType("RequestId", int)
InvitationId = NewType("InvitationId", int)
PostInvitationId = NewType("PostInvitationId", int)
DraftId = NewType("DraftId", int)
TakeoverId = NewType("TakeoverId", int)
MatterId = NewType("MatterId", int)
DeskCheckId = NewType("DeskCheckId", int)
ApplicationId = NewType("ApplicationId", int)
PolicyRequestId = NewType("PolicyRequestId", int)
DocumentId = NewType("DocumentId", int)
"""The own id of a clinic's system for a document that the clinic makes."""
PaperId = NewType("PaperId", int)

SystemName = NewType("SystemName", str)
"""Which clinic system a reference belongs to: ``registry`` is the embedded one."""

# Opaque strings of one clinic system, up to 512 bytes: never parsed, never put into a button.
ClinicRef = NewType("ClinicRef", str)
SpecialtyRef = NewType("SpecialtyRef", str)
DoctorRef = NewType("DoctorRef", str)
SlotRef = NewType("SlotRef", str)
PersonRef = NewType("PersonRef", str)
BookingRef = NewType("BookingRef", str)
ReferralRef = NewType("ReferralRef", str)
HolderRef = NewType("HolderRef", str)
"""Who holds a slot for a person: several accounts may act for one person, and each has a hold of its own."""

Key = NewType("Key", str)
"""An idempotency key: requests with the same key have the effect of one."""

Ref = NewType("Ref", str)
"""A number that people read aloud: XXXX-XX, stored in Latin letters."""

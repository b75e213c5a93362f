"""What every slice may use: people, patients, clinics, refs, time, languages, the journal, tasks and transactions."""

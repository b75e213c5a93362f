"""Account: language and reachability, contacts, the access code, and the versions of consents."""

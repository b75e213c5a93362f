"""Pure rules: facts and a moment in, an answer or a RuleError out; no clock, no storage, no network."""

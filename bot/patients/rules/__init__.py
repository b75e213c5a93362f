"""Pure rules about patients: facts and a moment in, an answer or a RuleError out."""

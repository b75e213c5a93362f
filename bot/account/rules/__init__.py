"""Pure rules about accounts: facts and a moment in, an answer or a RuleError out."""

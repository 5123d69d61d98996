"""The rules: one module per rule, named like its page in ``rules/``. Imported by name when a rule is needed."""

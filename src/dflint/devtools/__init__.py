"""Tools for people who work on dflint: ``python -m dflint.devtools``. A run of dflint never imports them."""

"""Builds the offline knowledge base from package indexes and committed fact tables (maintainers only).

``python -m dflint.devtools.knowledge build --work DIR [--tags FILE]`` downloads the indexes of all Debian releases with
apt into private roots below DIR, merges them with ``src/dflint/knowledge/tables`` and writes
``src/dflint/knowledge/data/knowledge.bin``. It needs apt, the Debian archive keyring and a mirror (the machine's own,
or ``--mirror``). The same indexes and tables give the same bytes; ``check`` builds and compares.

After a change of a table (all but bases.tsv, which apt has to answer) ``build --tables-only`` is enough: no DIR,
no network, two seconds. The raw table of image tags is only needed to renew it: without ``--tags`` the tags of the
present file are kept.
"""

"""Being here puts this folder on the import path, so that tests in the folders below find its helper modules."""

import os

# What a developer has read with `dflint knowledge update` must not change what the tests see.
os.environ["XDG_CACHE_HOME"] = os.path.join(os.path.dirname(__file__), "no-cache")

"""Being here puts this folder on the import path, so that tests in the folders below find its helper modules."""

import atexit
import os
import shutil
import tempfile

# What a developer has read with `dflint knowledge update` must not change what the tests see.
_CACHE = tempfile.mkdtemp(prefix="dflint-tests-")
os.environ["XDG_CACHE_HOME"] = _CACHE
atexit.register(shutil.rmtree, _CACHE, ignore_errors=True)

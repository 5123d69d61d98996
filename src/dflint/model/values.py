"""Build arguments that every builder predefines.

Sources: the Dockerfile reference, "Predefined ARGs" and "Automatic platform ARGs in the global scope".
"""

from __future__ import annotations

PROXY_ARGS = frozenset(
    name
    for upper in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (upper, upper.lower())
)
PLATFORM_ARGS = frozenset(
    side + part for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
) | {"TARGETSTAGE"}
BUILDKIT_ARGS = frozenset(
    ("SOURCE_DATE_EPOCH", "BUILDKIT_SYNTAX", "BUILDKIT_DOCKERFILE_CHECK", "BUILDKIT_SBOM_SCAN_CONTEXT",
     "BUILDKIT_SBOM_SCAN_STAGE", "BUILDKIT_CONTEXT_KEEP_GIT_DIR", "BUILDKIT_INLINE_CACHE",
     "BUILDKIT_MULTI_PLATFORM", "BUILDKIT_SANDBOX_HOSTNAME", "BUILDKIT_CACHE_MOUNT_NS", "BUILDKIT_BUILD_NAME")
)  # fmt: skip

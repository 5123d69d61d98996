"""The codes of the rules of hadolint, BuildKit and tally, known to dflint or not.

A suppression comment of one of these tools may name a rule that dflint does not have; only a code that is none of
theirs either is reported. Names only, from the tools' rule lists (hadolint 2.15, BuildKit's checks, tally 0.45).
"""

from __future__ import annotations

# Retired codes included: comments live longer than rules.
_HADOLINT = """
    DL1001 DL3000 DL3001 DL3002 DL3003 DL3004 DL3005 DL3006 DL3007 DL3008 DL3009 DL3010 DL3011 DL3012 DL3013
    DL3014 DL3015 DL3016 DL3017 DL3018 DL3019 DL3020 DL3021 DL3022 DL3023 DL3024 DL3025 DL3026 DL3027 DL3028
    DL3029 DL3030 DL3031 DL3032 DL3033 DL3034 DL3035 DL3036 DL3037 DL3038 DL3039 DL3040 DL3041 DL3042 DL3043
    DL3044 DL3045 DL3046 DL3047 DL3048 DL3049 DL3050 DL3051 DL3052 DL3053 DL3054 DL3055 DL3056 DL3057 DL3058
    DL3059 DL3060 DL3061 DL3062 DL3063 DL3064 DL3065 DL3066 DL3067 DL4000 DL4001 DL4003 DL4004 DL4005 DL4006
"""
# https://docs.docker.com/reference/build-checks/
_BUILDKIT = """
    ConsistentInstructionCasing CopyIgnoredFile DuplicateStageName ExposeInvalidFormat ExposeProtoCasing
    FromAsCasing FromPlatformFlagConstDisallowed InvalidBaseImagePlatform InvalidDefaultArgInFrom
    InvalidDefinitionDescription JSONArgsRecommended LegacyKeyValueFormat MaintainerDeprecated
    MultipleInstructionsDisallowed NoEmptyContinuation RedundantTargetPlatform ReservedStageName
    SecretsUsedInArgOrEnv StageNameCasing UndefinedArgInFrom UndefinedVar WorkdirRelativePath
"""
# Without their tally/ prefix.
_TALLY = """
    circular-stage-deps consistent-indentation copy-after-user-without-chown copy-from-empty-scratch-stage
    curl-should-follow-redirects eol-last epilogue-order gpu/cuda-version-mismatch gpu/no-buildtime-gpu-queries
    gpu/no-container-runtime-in-image gpu/no-hardcoded-visible-devices gpu/no-redundant-cuda-install
    gpu/prefer-minimal-driver-capabilities gpu/prefer-runtime-final-stage gpu/prefer-uv-over-conda
    invalid-json-form invalid-onbuild-trigger js/node-gyp-cache-mounts labels/no-buildx-git-overlap
    labels/no-duplicate-keys labels/no-stale-base-digest labels/prefer-grouped labels/prefer-stable-order
    labels/valid-key max-lines named-identity-in-passwdless-stage newline-between-instructions
    newline-per-chained-call no-multi-spaces no-multiple-empty-lines no-trailing-spaces no-ungraceful-stopsignal
    no-unreachable-stages php/composer-no-dev-in-production php/enable-opcache-in-production
    php/no-xdebug-in-final-image platform-mismatch powershell/error-action-preference
    powershell/prefer-shell-instruction powershell/progress-preference prefer-add-git prefer-add-unpack
    prefer-canonical-stopsignal prefer-copy-chmod prefer-copy-heredoc prefer-curl-config
    prefer-formatted-heredocs prefer-multi-stage-build prefer-nginx-sigquit prefer-package-cache-mounts
    prefer-run-heredoc prefer-systemd-sigrtmin-plus-3 prefer-telemetry-opt-out prefer-vex-attestation
    prefer-wget-config require-secret-mounts require-stages ruby/asset-precompile-without-dummy-key
    ruby/bootsnap-precompile-without-j1 ruby/deprecated-bundler-install-flags ruby/eol-ruby-version
    ruby/healthcheck-rails-up-endpoint ruby/jemalloc-installed-but-not-preloaded ruby/leftover-bundler-cache
    ruby/missing-bundle-deployment ruby/missing-bundle-without-development ruby/prefer-bundler-cache-mount
    ruby/prefer-gemfile-bind-mounts ruby/prefer-network-none-install
    ruby/prefer-secret-mounts-for-build-credentials ruby/redundant-bundler-install ruby/secrets-in-arg-or-env
    ruby/state-paths-not-writable-as-non-root ruby/yjit-not-enabled-on-supported-runtime secrets-in-code
    shell-run-in-scratch sort-packages stateful-root-runtime syntax-directive-typo unknown-instruction
    user-created-but-never-used user-explicit-group-drops-supplementary-groups windows/no-chown-flag
    windows/no-run-mounts windows/no-stopsignal world-writable-state-path-workaround
"""

_KNOWN: set[str] = set()


def is_peer_code(code: str) -> bool:
    """Whether a code (in any case, with or without its tool's prefix) is a rule of hadolint, BuildKit or tally."""
    if not _KNOWN:
        _KNOWN.update(f"{_HADOLINT} {_BUILDKIT} {_TALLY}".lower().split())
    text = code.strip().lower().replace(":", "/")
    if text in _KNOWN:
        return True
    prefix, _, rest = text.partition("/")
    if prefix in ("tally", "hadolint", "buildkit", "shellcheck") and rest:
        return is_peer_code(rest)
    # hadolint and tally pass ShellCheck's codes on, tally those of PSScriptAnalyzer too.
    return (len(text) == 6 and text.startswith("sc") and text[2:].isdigit()) or text.startswith(("ps", "powershell/"))

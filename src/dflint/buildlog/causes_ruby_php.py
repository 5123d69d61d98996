"""Causes in the output of the tools of Ruby and PHP."""

from __future__ import annotations

from dflint.buildlog.cause import Cause

CAUSES = (
    # -- Ruby
    Cause(
        "ruby-version",
        (
            "Ruby version is",
            "requires Ruby version",
            "requires ruby version",
            "requires RubyGems version",
            "Your Ruby version",
        ),
        r"Your Ruby version is (?P<name>[\d.]+\w*), but your Gemfile specified (?P<version>\S+)"
        r"|(?P<name2>\S+) requires (?:Ruby|ruby) version (?P<version2>[^.]*[\d.]+\d)"
        r"|requires RubyGems version (?P<version3>\S+)",
        "{name} does not fit: Ruby {version} is needed.",
        "Take a base image with that Ruby, or pin the gem (bundler 2.x, nokogiri ...) to a version for this one.",
    ),
    Cause(
        "bundler-version",
        ("Could not find 'bundler'", "You must use Bundler", "Unable to find gem `bundler`", "find_spec_for_exe"),
        r"Could not find 'bundler' \((?P<version>[^)]+)\)|You must use Bundler (?P<version2>\S+)"
        r"|can't find gem bundler \((?P<version3>[^)]+)\)|find_spec_for_exe",
        "Gemfile.lock was written by another bundler ({version}) than the image has.",
        "Install that version: gem install bundler -v VERSION.",
    ),
    Cause(
        "gem-missing",
        (
            "Could not find gem",
            "Could not locate Gemfile",
            "Could not find compatible versions",
            "Could not find a valid gem",
            "Gemfile",
        ),
        r"Could not find (?:a valid )?gem '(?P<name>[^']+)'|(?P<name2>Could not locate Gemfile)"
        r"|Could not find compatible versions for gem \"(?P<name3>[^\"]+)\"|gems (?:are missing"
        r"|could not be found)|lockfile.*(?:frozen|deployment)|deployment mode",
        "Bundler cannot resolve the gems: {name}.",
        "COPY Gemfile and Gemfile.lock before this step; run bundle lock --add-platform x86_64-linux outside.",
    ),
    Cause(
        "gem-build",
        (
            "Failed to build gem native extension",
            "Bundler cannot continue",
            "An error occurred while installing",
            "ERROR:  Error installing",
        ),
        r"An error occurred while installing (?P<name>\S+)|Failed to build gem native extension"
        r"|Error installing (?P<name2>\S+):",
        "The gem {name} could not be installed or compiled.",
        "The lines before say what is missing: a compiler (build-essential), a -dev package, or a newer Ruby.",
        rules=("missing-native-build-tools",),
        rank=1,
    ),
    Cause(
        "rake-aborted",
        "rake aborted!",
        r"rake aborted!",
        "A rake task stopped.",
        "Its next lines say why; asset precompilation often needs SECRET_KEY_BASE or a database that a "
        "build does not have.",
        rank=1,
    ),
    # -- PHP
    Cause(
        "php-extension-missing",
        ("ext-", "is missing from your system", "requested PHP extension"),
        r"(?:requires?|requested PHP extension) (?:php )?(?P<name>ext-[\w-]+)"
        r"|PHP extension (?P<name2>[\w-]+) .*missing|the requested PHP extension (?P<name3>[\w-]+)",
        "Composer needs the PHP extension {name}, which is not installed.",
        "Install it before (docker-php-ext-install, apk add php-...), or pass --ignore-platform-req for a build stage.",
    ),
    Cause(
        "php-version",
        ("your php version", "Your PHP version", "requires php", "PHP version"),
        r"requires php (?P<version>[^-]*?)(?:->| but| and)"
        r"|[Yy]our [Pp][Hh][Pp] version \((?P<version2>[\d.]+)",
        "A package does not allow the image's version of PHP ({version}).",
        "Take a php image of a version that it allows, or update the lock file.",
    ),
    Cause(
        "composer-lock",
        ("lock file", "composer.json", "Could not find package"),
        r"lock file is not up to date|Composer could not find a composer\.json(?P<name>)"
        r"|Could not find (?:a matching version of )?package (?P<name2>\S+)"
        r"|requirements could not be resolved|not present in the lock file",
        "Composer cannot resolve the packages {name}.",
        "COPY composer.json and composer.lock before this step, and update the lock file outside.",
        rank=1,
    ),
    Cause(
        "pecl",
        ("pecl", "PECL", "pear"),
        r"(?:pecl|pear)\S*(?:/\S+)? requires (?P<name>PHP .*)"
        r"|(?P<name2>No releases available for package .*)"
        r"|invalid package name/package file \"(?P<name3>[^\"]+)\"",
        "pecl cannot install the extension: {name}.",
        "Pin a version of the extension for this PHP (pecl install NAME-VERSION).",
    ),
    Cause(
        "php-configure",
        "docker-php-ext",
        r"(?:error|configure: error): .*|(?P<name>/usr/src/php/ext/\S+) does not exist",
        "A PHP extension cannot be built.",
        "Install the -dev package that it needs; some options of docker-php-ext-configure changed with PHP 7.4.",
        rank=1,
    ),
    Cause(
        "gem-option",
        "invalid option: --no-r",
        r"invalid option: (?P<name>--no-r(?:i|doc))",
        "RubyGems has no option {name} any more (since version 3).",
        "Write --no-document.",
    ),
    Cause(
        "gem-conflict",
        ("was resolved to", "Bundler could not find compatible", "bundle update"),
        r"^\s*(?P<name>[\w.-]+)\S* was resolved to|Running `bundle update` will rebuild"
        r"|could not find compatible versions",
        "The gems' requirements contradict each other ({name}).",
        "Commit a Gemfile.lock that was made with this Ruby, or loosen the requirements.",
        rank=1,
    ),
    Cause(
        "gem-missing",
        ("--deployment flag requires", "Authentication is required for"),
        r"flag requires a (?P<name>\S+\.lock)|Authentication is required for (?P<name2>\S+?)\.?$",
        "Bundler misses {name}.",
        "COPY the lock file before this step; pass credentials of a private source as a secret.",
    ),
)

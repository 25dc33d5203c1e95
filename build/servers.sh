#!/usr/bin/env bash
# Installs what the tests talk to: a registry, a container runtime, and other readers and writers of images.
# Does nothing when all of it is there.
set -euo pipefail

packages=(
    apache2-utils           # htpasswd
    busybox-static          # what the smallest test images run
    conmon
    debian-archive-keyring
    docker-registry
    faketime                # a clock that is wrong
    gnupg                   # signs the tests' own archives of packages
    gpgv
    jq
    oci-image-tool
    podman
    procps                  # pgrep
    runc
    shellcheck
    skopeo
    umoci
    util-linux              # setpriv, setsid
    xz-utils
    zstd
)

if ! command -v dpkg-query >/dev/null; then
    printf 'build/servers.sh: this machine has no dpkg. Install the programs of these Debian packages yourself:\n  %s\n' "${packages[*]}" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
        missing+=("$package")
    fi
done
if ((${#missing[@]} == 0)); then
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
        printf 'build/servers.sh: run as root: apt-get install %s\n' "${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

# A service that a package starts is not wanted: every test starts its own.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --no-install-recommends "${missing[@]}" >"$log" 2>&1
}

log=$(mktemp)
printf 'installing %s\n' "${missing[*]}"
if ! install; then
    # The package lists may be missing or too old to name what the mirror has now.
    if ! { "${as_root[@]}" apt-get update --quiet >"$log" 2>&1 && install; }; then
        tail -n 40 "$log" >&2
        printf 'build/servers.sh: apt-get could not install %s; its last words are above, all of them in %s\n' "${missing[*]}" "$log" >&2
        exit 1
    fi
fi
rm -f "$log"

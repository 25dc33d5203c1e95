#!/usr/bin/env bash
# Builds everything, packs the package and runs all tests: build/test.sh [OPTIONS OF dotnet test]
# The last line is "N passed, N failed"; a test that was skipped counts as failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# No process outlives this script: no build nodes, no compiler server.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

summary() {
    printf '%d passed, %d failed\n' "$1" "$2"
}

build/servers.sh || { summary 0 1; exit 1; }

work=$(mktemp -d)
suffix=test.$$.$(date -u +%Y%m%d%H%M%S)
cleanup() {
    # The package of this run is in nobody's way afterwards, neither here nor in the cache that NuGet unpacked it to.
    local cache
    cache=$(dotnet nuget locals global-packages --list 2>/dev/null | sed -n 's/^global-packages: //p')
    if [[ -n $cache ]]; then
        rm -rf "${cache%/}/buildpacktasks/"*"-$suffix"
    fi
    rm -rf "$work"
}
trap cleanup EXIT

dotnet build BuildpackTasks.sln --configuration Release -nodeReuse:false -verbosity:minimal --nologo || { summary 0 1; exit 1; }

export BUILDPACKTASKS_TEST_FEED=$work/feed
build/pack.sh "$BUILDPACKTASKS_TEST_FEED" "$suffix" || { summary 0 1; exit 1; }

# Sums one attribute of the counters of a results file.
counter() {
    sed -n "s/.*<Counters .*$1=\"\([0-9]*\)\".*/\1/p" "$2"
}

# One project after the other: each runs as many tests at a time as there are processors.
passed=0 failed=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    results=$work/$name.trx
    status=0
    dotnet test "$project" --configuration Release --no-build --nologo -nodeReuse:false \
        --logger "trx;LogFileName=$results" "$@" || status=$?
    total=0
    if [[ -s $results ]]; then
        total=$(counter total "$results")
    fi
    if ((total == 0)); then
        # Only a filter may leave a project without tests.
        if (($# == 0 || status != 0)); then
            printf '%s: no test ran\n' "$name" >&2
            failed=$((failed + 1))
        fi
        continue
    fi
    executed=$(counter executed "$results")
    good=$(counter passed "$results")
    bad=$((total - good))
    if ((total > executed)); then
        printf '%s: %d tests were skipped, which counts as failed\n' "$name" "$((total - executed))" >&2
    fi
    if ((bad == 0 && status != 0)); then
        printf '%s: all tests passed, and yet the run failed (%d)\n' "$name" "$status" >&2
        bad=1
    fi
    passed=$((passed + good)) failed=$((failed + bad))
done

summary "$passed" "$failed"
((failed == 0 && passed > 0))

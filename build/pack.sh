#!/usr/bin/env bash
# Packs BuildpackTasks: build/pack.sh [OUTPUT-DIRECTORY [VERSION-SUFFIX]]
# The default directory is build/packages, which the repository's NuGet.config names as a source.
# PRECOMPILED_RUNTIMES: the runtime identifiers for which the tasks are compiled ahead of time, too; default: linux-x64.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
output=${1:-$root/build/packages}
suffix=${2:-}

arguments=(--configuration Release --output "$output" --nologo -verbosity:quiet -nodeReuse:false)
precompiled=${PRECOMPILED_RUNTIMES-linux-x64}
arguments+=("-p:PrecompiledRuntimeIdentifiers=${precompiled//;/%3B}")
if [[ -n $suffix ]]; then
    # A version that no cache has seen: NuGet never looks twice at a version that it has unpacked once.
    version=$(dotnet msbuild "$root/src/BuildpackTasks" -getProperty:Version -nologo)
    arguments+=("-p:PackageVersion=$version-$suffix")
fi
dotnet pack "$root/src/BuildpackTasks" "${arguments[@]}"

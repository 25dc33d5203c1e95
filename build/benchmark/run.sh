#!/usr/bin/env bash
# Compares PublishImage with the SDK's PublishContainer: build/benchmark/run.sh [TIMES] [APP...]
# Rebases many images: build/benchmark/run.sh fleet [IMAGES]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/build/servers.sh"
dotnet run --project "$root/build/benchmark" --configuration Release -- "$@"

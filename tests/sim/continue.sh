#!/usr/bin/env bash
# Continues the long run: tests/sim/continue.sh PIECES BINARY [IMAGES [NESTED]] appends to ledger.csv and sums it up.
set -euo pipefail
pieces=${1:?how many pieces} binary=$(realpath "${2:?the engine_sim_test to run}")
images=${3:-250000} nested=${4:-12000}
cd "$(dirname "$0")"
commit=$(git rev-parse --short HEAD)
for ((piece = 0; piece < pieces; piece++)); do
  last=$(tail -n +2 ledger.csv | cut -d, -f4 | sort -n | tail -1)
  nice "$binary" --gtest_brief=1 --seed=$((${last:-1000} + 1)) --workloads=60 --images="$images" --nested="$nested" \
    --ledger="$PWD/ledger.csv" --date="$(date +%F)" --commit="$commit" || status=1
done
awk -F, 'NR > 1 { images[$3] += $6; lost[$3] += $7; seconds[$3] += $8 }
  END { for (suite in images) printf "%s: %d images, %d lost, %d s, %.0f a second\n", suite, images[suite], lost[suite],
        seconds[suite], images[suite] / (seconds[suite] + 0.5) }' ledger.csv | sort
exit "${status:-0}"

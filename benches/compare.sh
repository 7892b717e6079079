#!/bin/sh
# Builds Gavel and the bare bot as they would be shipped, and runs them side by
# side: benches/compare.sh [--rounds 5] [--burst 20000] [--paced-seconds 10]
# [--violators 1000]
set -eu
cd "$(dirname "$0")/.."
cargo build --locked --profile dist --bin gavel
cargo build --locked --profile dist --manifest-path benches/floor/Cargo.toml --target-dir target/floor
exec cargo bench --locked --profile dist --bench compare -- \
    --gavel "$PWD/target/dist/gavel" --floor "$PWD/target/floor/dist/floor" "$@"

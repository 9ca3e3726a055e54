# `just` lists the recipes; `just check` is what decides whether a change lands.

default:
    @just --list

# Format, lints, docs, licences, tests: the same as in CI.
check:
    .ci/run

test *ARGS:
    cargo test {{ARGS}}

bench *ARGS:
    cargo bench {{ARGS}}

# The page cases of tests/corpus alone.
corpus:
    cargo test --test it corpus

# The whole pipeline on a sample site of its own.
demo:
    cargo run --release -- demo

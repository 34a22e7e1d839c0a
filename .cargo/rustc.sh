#!/bin/sh
# Calls rustc so that no folder of the machine that builds gets into the program: the sources of dependencies, and what
# their builds generate, would be named in panics (contract §15.6). A profile's trim-paths would do it, once it is stable.
rustc=$1
shift
case " $* " in
*" --crate-name "*)
    project=$(cd "$(dirname "$0")/.." && pwd)
    set -- "$@" --remap-path-prefix="$project=/examsync" \
        --remap-path-prefix="${CARGO_TARGET_DIR:-$project/target}=/examsync/target"
    for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        set -- "$@" --remap-path-prefix="$sources=/dependencies"
    done
    ;;
esac
exec "$rustc" "$@"

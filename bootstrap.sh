#!/bin/sh
# Puts on a fresh machine what cargo cannot: a C linker if there is none, a shared LAPACK (the
# eigenvalues of the analysis), and `just` (the recipes). Nothing else. Safe to run twice; asks for
# nothing. With arguments it then runs them as a command that finds what was installed:
#
#     ./bootstrap.sh just reproduce-all
set -eu

say() { printf 'bootstrap: %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        say "this needs root, and sudo would ask for a password. Run it yourself, then start again:"
        say "    sudo $*"
        exit 1
    fi
}

PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export PATH

if ! command -v cargo >/dev/null 2>&1; then
    say "Rust is missing: install it from https://rustup.rs, then start again"
    exit 1
fi

# What is missing of Debian's packages. Other systems bring LAPACK along (macOS) or by other names.
missing=""
command -v cc >/dev/null 2>&1 || missing="gcc libc6-dev"
if [ "$(uname -s)" = Linux ]; then
    printf 'int main(void) { return 0; }\n' >"${TMPDIR:-/tmp}/bootstrap-$$.c"
    if [ -n "$missing" ] || ! cc "${TMPDIR:-/tmp}/bootstrap-$$.c" -llapack -lblas -o "${TMPDIR:-/tmp}/bootstrap-$$" 2>/dev/null; then
        missing="$missing liblapack-dev"
    fi
    rm -f "${TMPDIR:-/tmp}/bootstrap-$$.c" "${TMPDIR:-/tmp}/bootstrap-$$"
fi
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        say "please install what these Debian packages are called on your system: $missing"
        exit 1
    fi
    say "installing $missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if ! command -v just >/dev/null 2>&1; then
    say "building just (a minute or two)"
    # Without optimisation: it starts other programs, and this halves the wait.
    cargo install just --locked --version 1.59.0 --quiet --debug
fi

say "all there: $(just --version), LAPACK, $(cargo --version)"
[ "$#" -eq 0 ] || exec "$@"

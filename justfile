# The commands of the workbench. `just` alone lists them.
#
# Arguments are handed on as they were given: no recipe puts them into a shell's text. Commands run where
# the user stands, so that a relative path means what it says.

set positional-arguments

cargo := "cargo"
manifest := quote(justfile_directory() / "Cargo.toml")
segdend := cargo + " run --release --locked --quiet --manifest-path " + manifest + " --package segdend --"

# List these recipes
@default:
    just --list --unsorted

# Train, test and draw everything at a scale: smoke (a minute), quick (half an hour on two cores), paper (hours)
[no-cd]
reproduce-all scale="quick" *options:
    {{ segdend }} reproduce "$@"

# Draw one figure and compute only what it needs, e.g. `just figure fig7a quick`
[no-cd]
figure name scale="quick" *options:
    {{ segdend }} figure "$@"

# List all figures: what each needs, what is there, what the rest costs
[no-cd]
figures scale="quick" *options:
    {{ segdend }} figures "$@"

# Audit the paper's claims with what is computed at a scale, e.g. `just audit paper`
[no-cd]
audit scale="quick" *options:
    {{ segdend }} audit "$@"

# Bind audit and pictures into one page, reports/SCALE/index.html; `just report open` shows it
[no-cd]
report scale="quick" *options:
    case "$1" in open) shift; set -- quick --open "$@" ;; esac; \
    case "${2-}" in open) scale=$1; shift 2; set -- "$scale" --open "$@" ;; esac; \
    {{ segdend }} report "$@"

# Train one epoch of a finished network again, make every table, picture and verdict again, and compare all of it
[no-cd]
verify run="" scale="paper" *options:
    run=$1; scale=$2; shift 2; {{ segdend }} verify ${run:+"$run"} --scale "$scale" "$@"

# Find, check or fetch MNIST
[no-cd]
data *options:
    {{ segdend }} data "$@"

# Run all tests
test *options:
    {{ cargo }} test --release --locked --workspace "$@"

# Check formatting and lints; warnings are errors
lint:
    cargo fmt --all --check
    cargo clippy --release --locked --workspace --all-targets -- --deny warnings

# Measure the engine against the reference, its growth and memory, and what watching costs; writes benches/records
bench *options:
    {{ cargo }} bench --locked --package segdend-core --bench throughput "$@"
    {{ cargo }} bench --locked --package segdend --bench watching "$@"
    cargo run --release --locked --quiet --package segdend-figures --example draw_growth -- crates/segdend-core/benches/records

# Measure how long the whole paper takes from nothing (most of an hour on two cores); writes a record too
bench-paper *options:
    {{ cargo }} bench --locked --package segdend --bench whole_paper -- "$@"

# Show where the time of a training image goes, stage by stage; writes a record too
profile *options:
    {{ cargo }} bench --locked --package segdend-core --bench profile "$@"

# Build the documentation of the code; `just doc --open` shows it
doc *options:
    RUSTDOCFLAGS="--deny warnings" {{ cargo }} doc --release --locked --workspace --no-deps "$@"

# Doors of the workbench. `just` alone lists them.

set positional-arguments

segdend := "cargo run --release --locked --quiet --package segdend --"

# List these recipes
@default:
    just --list --unsorted

# Train, test and draw everything at a scale: smoke (a minute), quick (half an hour on two cores), paper (hours)
reproduce-all scale="quick" *options:
    {{ segdend }} reproduce {{ scale }} {{ options }}

# Draw one figure and compute only what it needs, e.g. `just figure fig7a quick`
figure name scale="quick" *options:
    {{ segdend }} figure {{ name }} {{ scale }} {{ options }}

# List all figures: what each needs, what is there, what the rest costs
figures scale="quick" *options:
    {{ segdend }} figures {{ scale }} {{ options }}

# Audit the paper's claims with what is computed at a scale, e.g. `just audit paper`
audit scale="quick" *options:
    {{ segdend }} audit {{ scale }} {{ options }}

# Bind audit and pictures into one page, reports/SCALE/index.html; `just report open` shows it
report scale="quick" *options:
    {{ segdend }} report {{ if scale == "open" { "quick --open" } else { scale } }} {{ if options == "open" { "--open" } else { options } }}

# Train one epoch of a finished network again, make every table, picture and verdict again, and compare all of it
verify run="" scale="paper" *options:
    {{ segdend }} verify {{ run }} --scale {{ scale }} {{ options }}

# Find, check or fetch MNIST
data *options:
    {{ segdend }} data {{ options }}

# Run all tests
test *options:
    cargo test --release --locked --workspace {{ options }}

# Check formatting and lints; warnings are errors
lint:
    cargo fmt --all --check
    cargo clippy --release --locked --workspace --all-targets -- --deny warnings

# Measure the engine against the reference, its growth and memory, and what watching costs; writes benches/records
bench *options:
    cargo bench --locked --package segdend-core --bench throughput {{ options }}
    cargo bench --locked --package segdend --bench watching {{ options }}
    cargo run --release --locked --quiet --package segdend-figures --example draw_growth -- crates/segdend-core/benches/records

# Measure how long the whole paper takes from nothing (most of an hour on two cores); writes a record too
bench-paper *options:
    cargo bench --locked --package segdend --bench whole_paper -- {{ options }}

# Show where the time of a training image goes, stage by stage; writes a record too
profile *options:
    cargo bench --locked --package segdend-core --bench profile {{ options }}

# Build the documentation of the code; `just doc --open` shows it
doc *options:
    RUSTDOCFLAGS="--deny warnings" cargo doc --release --locked --workspace --no-deps {{ options }}

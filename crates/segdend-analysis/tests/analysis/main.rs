//! Promise: every statistic agrees with an independent computation, to the tolerances of
//! `tolerance.rs`, and every degenerate input gives the documented value or a typed error.
//!
//! Alone: `cargo test -p segdend-analysis --test analysis`; one module by its name after that,
//! such as `t_test::`. Reference values are in `tests/data`, their origin in the first lines of
//! each file.

mod correlation;
mod eigen;
mod embedding;
mod interval;
mod multiple_comparisons;
mod reference_data;
mod reported;
mod summary;
mod t_test;
mod tail;
mod tolerance;

//! Promise: every statistic agrees with an independent computation, to the tolerances of
//! `tolerance.rs`, and every degenerate input gives the documented value or a typed error.
//!
//! Alone: `cargo test -p segdend-analysis --test analysis`; one module by its name after that,
//! such as `t_test::`. Reference values are in `tests/data`, their origin in the first lines of
//! each file, and in `tests/data/reference`, each beside the script that made it.

mod correlation;
mod eigen;
mod embedding;
mod implied;
mod interval;
mod jacobian_window;
mod lemma;
mod multiple_comparisons;
mod noncentral_t;
mod other_tails;
mod principal_components;
mod reference_data;
mod reference_json;
mod reported;
mod reported_rows;
mod separation;
mod summary;
mod t_test;
mod tail;
mod tolerance;
mod two_samples;
mod variance_components;

//! The command as people use it: every test runs the built program in a temporary folder, on small
//! runs of the embedded digits, and without a network beyond this machine.
//!
//! `cargo test --release -p segdend --test command`

mod audit;
mod common;
mod fetch;
#[cfg(unix)]
mod interruption;
mod messages;
mod mirror;
mod own_images;
mod page;
mod recipes;
mod replay;
mod reported;
mod reproduce;
mod verify;

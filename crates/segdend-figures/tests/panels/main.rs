//! Promise: every panel of data shows the words and the numbers that it was given, within its
//! sheet and in both formats, the same bytes every time and small enough to send; a stamp stays
//! on its face; no hyphen stands for a minus sign and no mark hides another that says more; a
//! table that cannot be drawn gets an error that names what is wrong, and one that is merely poor
//! gets a picture.
//!
//! Alone: `cargo test -p segdend-figures --test panels`.
//!
//! Caught so far: times outside the shown phases drawn beside the sheet; a field of one column
//! that would have been forty thousand points high; a reported mean drawn over half the interval
//! that it is compared with; two conditions pressed together by a third that is far away; equal
//! choices of which one was shown.

mod cases;
mod drawing;
mod numbers;
mod poor;
mod refusals;
mod tables;

//! Drawing: tables in, pictures out.
//!
//! A panel is a plain struct of numbers and names; drawing it gives a [`Picture`], the same
//! layout once as SVG (text stays text) and once as PNG. No statistics are computed here beyond
//! what a mark itself is (the mean and the extremes of a spread), no file is read or written,
//! and no font of the machine is used, so the same table gives the same bytes everywhere.
//!
//! The grammar that the panels share, from the paper up to the plot:
//!
//! | module | what it holds |
//! |---|---|
//! | `style` | sizes in points, line widths, colours |
//! | `text`, `math_text` | the embedded font: widths, wrapping, glyphs; scripts and accents |
//! | `outlines` | curves, dashes and closed outlines as the points of paths and areas |
//! | `sheet` | marks on a sheet measured in points: what is drawn, before any format |
//! | `dense` | clouds of dots and bitmaps, briefly written |
//! | `picture`, `raster`, `fill` | a sheet painted to SVG and to PNG |
//! | `ticks` | round values on linear and logarithmic axes |
//! | `axes` | the frame from data to points, spines and labels |
//! | `board`, `title` | what all panels have, from top to bottom: title, stamp, legend, notes |
//! | `checks` | whether a table can be drawn, and what is wrong if not |
//! | `legend` | keys and names, flowing in rows |
//! | `series` | curves clipped to their frame |
//! | `envelope` | long series in few points: their extremes and their running mean |
//! | `color_map` | colours for numbers, and their bar |
//! | `spread` | the extremes and the mean of repeated tests, the reported mean beside them |
//! | `comparisons` | pairs of series and what a test said of them |
//! | `stamp` | what keeps a small run from passing for the paper's experiment |
//! | `error_curves`, `panels` | the panels of data |
//! | `schematics` | the panels without data: neurons, compartments, pathways, networks |
//!
//! # Example
//!
//! ```
//! use segdend_figures::{Color, ErrorCurves, ErrorSeries, error_curves};
//!
//! let picture = error_curves(&ErrorCurves {
//!     title: "Test error of one network".into(),
//!     series: vec![ErrorSeries {
//!         name: "one hidden layer".into(),
//!         color: Color::ONE_HIDDEN_LAYER,
//!         errors_percent: vec![90.1, 6.2, 5.1, 4.7],
//!         final_errors_percent: vec![4.61, 4.70, 4.66],
//!         reported_final_percent: Some(4.1),
//!     }],
//!     ..ErrorCurves::default()
//! })?;
//! assert!(picture.svg.contains("one hidden layer"));
//! assert!(picture.png.starts_with(b"\x89PNG"));
//! # Ok::<(), segdend_figures::FigureError>(())
//! ```

mod axes;
mod board;
mod checks;
mod color_map;
mod comparisons;
mod dense;
mod envelope;
mod error;
mod error_curves;
mod fill;
mod legend;
mod math_text;
mod outlines;
mod panels;
mod picture;
mod raster;
pub mod schematics;
mod series;
mod sheet;
mod spread;
mod stamp;
mod style;
mod text;
mod ticks;
mod title;

pub use comparisons::ComparisonNote;
pub use error::FigureError;
pub use error_curves::{ErrorCurves, ErrorSeries, error_curves};
pub use panels::*;
pub use picture::Picture;
pub use stamp::{RunScale, Stamp, grouped};
pub use style::Color;
pub use text::{decimal, scientific, ten_to_the};

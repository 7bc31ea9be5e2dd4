//! `data`: find MNIST, or fetch it, and verify it.

use std::path::PathBuf;

use anyhow::Result;
use segdend_core::data::{DataSet, DataSummary, digits};
use serde::Serialize;

use super::Workshop;
use crate::data_source::{self, DataRequest, DataSetName};
use crate::render::terminal;
use crate::{Outcome, output};

#[derive(Serialize)]
struct Report {
    directory: Option<PathBuf>,
    #[serde(flatten)]
    summary: DataSummary,
}

/// `segdend data`.
pub(super) fn data(workshop: &Workshop, request: &DataRequest) -> Result<Outcome> {
    let (data, directory) = match request.name {
        Some(DataSetName::Digits) => (digits::generate(1, 2_000, 500), None),
        Some(DataSetName::Mnist) | None => {
            let (data, directory) =
                request.find_or_fetch(workshop.project.data_directory(), &workshop.progress)?;
            (data, Some(directory))
        }
    };
    if workshop.json {
        output::json(&Report {
            directory,
            summary: data.summary(),
        })?;
    } else {
        output::result(&text(&data, directory))?;
    }
    Ok(Outcome::Done)
}

fn text(data: &DataSet, directory: Option<PathBuf>) -> String {
    let place = directory.map_or("drawn by the program".to_owned(), |directory| {
        format!("in {}, verified", directory.display())
    });
    let mut text = format!(
        "{}, {place}\n  {} training and {} test images of {} x {} pixels, {} classes\n\n",
        data_source::short_name(data.source()),
        segdend_figures::grouped(data.train().len() as u64),
        segdend_figures::grouped(data.test().len() as u64),
        data.train().rows(),
        data.train().columns(),
        data.classes(),
    );
    let files = data.files().iter();
    let rows: Vec<_> = files
        .map(|file| vec![file.name.as_str(), &file.sha256])
        .collect();
    text.push_str(&terminal::lines(&rows, &[]));
    text.push_str(&format!("  all four  {}\n", data.checksum()));
    text
}

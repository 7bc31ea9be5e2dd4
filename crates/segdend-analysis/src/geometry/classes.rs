//! Labels as classes, numbered in the order of the labels.

use crate::AnalysisError;
use serde::{Deserialize, Serialize};

/// How many samples of a class are what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClassShare {
    /// The class.
    pub label: usize,
    /// Its samples.
    pub samples: usize,
    /// Those of them that are.
    pub correct: usize,
}

/// The distinct labels in order, and which of them each sample has.
pub(super) struct Classes {
    pub(super) labels: Vec<usize>,
    pub(super) sizes: Vec<usize>,
    pub(super) of_sample: Vec<usize>,
}

impl Classes {
    pub(super) fn of<Label: Copy + Into<usize>>(
        labels: &[Label],
        samples: usize,
    ) -> Result<Self, AnalysisError> {
        if labels.len() != samples {
            return Err(AnalysisError::UnequalLengths {
                first: samples,
                second: labels.len(),
            });
        }
        let all: Vec<usize> = labels.iter().map(|&label| label.into()).collect();
        let mut distinct = all.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let mut sizes = vec![0; distinct.len()];
        let of_sample = all
            .iter()
            .map(|label| {
                let class = distinct.partition_point(|other| other < label);
                sizes[class] += 1;
                class
            })
            .collect();
        Ok(Self {
            labels: distinct,
            sizes,
            of_sample,
        })
    }
}

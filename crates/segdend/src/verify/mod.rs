//! Verification: what results and reports hold, computed again and compared.
//!
//! | module | what it does |
//! |---|---|
//! | `runs` | finished runs and recordings against themselves; a run's first epoch trained again |
//! | `mirror` | a place that holds of the results what git keeps, and nothing else |
//! | `files` | two directories, file by file and byte by byte |
//!
//! What is drawn, judged and bound comes from runs and recordings alone, and from the final weights of
//! the few runs that keep them.

pub(crate) mod files;
pub(crate) mod mirror;
pub(crate) mod runs;

use serde::Serialize;

/// How a file, a run or a recording compares with what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// As it should be, to the bit.
    Equal,
    /// Another than it should be.
    Different,
    /// Not there.
    Missing,
    /// There, but nothing makes it from what else is there.
    NotMade,
}

impl State {
    /// All, in the order of the summary.
    pub(crate) const ALL: [Self; 4] = [Self::Equal, Self::Different, Self::Missing, Self::NotMade];

    /// The word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different => "different",
            Self::Missing => "missing",
            Self::NotMade => "not made",
        }
    }

    /// Whether all is well.
    pub(crate) fn is_good(self) -> bool {
        self == Self::Equal
    }
}

/// Something that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Check {
    /// Which file, run or recording.
    pub(crate) what: String,
    /// How it compares.
    pub(crate) state: State,
    /// What is wrong with it, or what to know.
    pub(crate) detail: Option<String>,
}

impl Check {
    /// Something as it should be.
    pub(crate) fn equal(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            state: State::Equal,
            detail: None,
        }
    }

    /// Something of which there is more to say.
    pub(crate) fn new(what: impl Into<String>, state: State, detail: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            state,
            detail: Some(detail.into()),
        }
    }
}

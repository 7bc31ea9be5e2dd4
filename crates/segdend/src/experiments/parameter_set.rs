//! Named sets of parameters, as files and the command line name them.

use std::cmp::Ordering;
use std::str::FromStr;

use anyhow::{Context, Result};
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use segdend_core::segregated::params::{NAMED_SETS, NamedSet, Parameters};
use serde::{Deserialize, Deserializer};

use crate::suggest;

/// One of [`NAMED_SETS`]; by default the replication's own, the first.
#[derive(Debug, Clone, Copy)]
pub struct ParameterSet(&'static NamedSet);

impl ParameterSet {
    /// All sets, the replication's own first.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMED_SETS.iter().map(Self)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What it is, in a line.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.0.title
    }

    /// Its parameters.
    #[must_use]
    pub fn parameters(self) -> Parameters {
        (self.0.parameters)()
    }

    /// For the command line.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        let names =
            Self::all().map(|set| clap::builder::PossibleValue::new(set.name()).help(set.title()));
        PossibleValuesParser::new(names).try_map(|name| name.parse::<Self>())
    }
}

impl Default for ParameterSet {
    fn default() -> Self {
        Self(&NAMED_SETS[0])
    }
}

impl FromStr for ParameterSet {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::all().find(|set| set.name() == name).with_context(|| {
            format!(
                "no set of parameters is called `{name}`: {}",
                suggest::among(name, Self::all().map(Self::name))
            )
        })
    }
}

impl<'de> Deserialize<'de> for ParameterSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialEq for ParameterSet {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for ParameterSet {}

impl PartialOrd for ParameterSet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ParameterSet {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

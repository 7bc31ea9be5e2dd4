//! The paper's claims as data (`experiments/claims.toml`).

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use segdend_analysis::{ReportedNumber, ReportedP, ReportedStatistic, StatisticKind, Tails};
use serde::{Deserialize, Serialize};

use super::check_name;

/// All claims, and the differences between the paper and the authors' program.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The claims in the paper's order.
    pub claims: Vec<Claim>,
    /// The differences.
    #[serde(default)]
    pub differences: Vec<Difference>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// A name of its own.
    pub id: String,
    /// The statement that it is, or is a part of.
    pub statement: String,
    /// What the paper says, in our words.
    pub claim: String,
    /// Where, in the final article.
    pub elife: String,
    /// Where, in the preprint.
    pub arxiv: String,
    /// The figure that it belongs to.
    pub panel: String,
    /// What computes its source data, if not `just figure PANEL SCALE`.
    #[serde(default)]
    pub command: Option<String>,
    /// The quantity as reported.
    pub reported: String,
    /// Which question is asked.
    pub asks: Question,
    /// What has to be there to ask it.
    #[serde(default)]
    pub needs: Needs,
    /// What a reader should know.
    #[serde(default)]
    pub remark: Option<String>,
    /// How it is measured.
    pub measurement: Measurement,
    /// What is as reported; of a t-test none, for that brings its own.
    #[serde(default)]
    pub rule: Option<Rule>,
}

/// A question to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Is it so in our runs?
    Reproduction,
    /// Does the paper agree with itself?
    Consistency,
}

/// What has to be there to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// Trained networks.
    #[default]
    Runs,
    /// The images alone.
    Images,
    /// Nothing but the paper.
    Nothing,
}

/// What counts as reported.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The magnitude is as reported from here to here.
    #[serde(default)]
    pub within: Option<[f64; 2]>,
    /// The direction is as reported above.
    #[serde(default)]
    pub above: Option<f64>,
    /// The direction is as reported below.
    #[serde(default)]
    pub below: Option<f64>,
}

/// A t-test as published, and where its like is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedTTest {
    /// The file of repeated tests.
    pub source: String,
    /// The one column.
    pub first: String,
    /// The other.
    pub second: String,
    /// As printed.
    pub degrees_of_freedom: f64,
    /// As printed.
    pub t: ReportedNumber,
    /// As printed.
    pub p: ReportedP,
    /// The comparisons that Bonferroni's correction counts; 1 for none.
    pub comparisons: usize,
    /// The factor by which our t may differ and its magnitude be as reported.
    pub factor: f64,
}

impl PublishedTTest {
    /// The statistic as printed.
    ///
    /// # Errors
    /// If the degrees of freedom are no such number.
    pub fn statistic(&self) -> Result<ReportedStatistic> {
        let kind = StatisticKind::StudentT {
            degrees_of_freedom: self.degrees_of_freedom,
            tails: Tails::Two,
        };
        Ok(ReportedStatistic::new(kind, self.t.clone())?)
    }
}

/// A statistic of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnStatistic {
    /// The mean.
    Mean,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
    /// The first row.
    First,
    /// The last row.
    Last,
}

/// How classes are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeparationMeasure {
    /// The accuracy of a vote among nearest neighbours.
    NearestNeighbours,
    /// The mean silhouette.
    Silhouette,
}

/// A formula of the paper's parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Formula {
    /// `g_B / g_A` at strong attenuation.
    ConductanceRatio,
    /// The bound of Lemma 1 as evaluated in the paper.
    LemmaBound,
    /// The share by which the mean postsynaptic potential can fall short, by the lemma's inequality.
    LemmaShare,
    /// The integral of g squared over its bound.
    LemmaIntegral,
}

/// How a claim is measured. Every kind is documented in the head of `experiments/claims.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the fields are those of the file, documented there"
)]
pub enum Measurement {
    /// A comparison of repeated tests, as published.
    TTest(PublishedTTest),
    /// A statistic of a column.
    Statistic {
        source: String,
        column: String,
        statistic: ColumnStatistic,
    },
    /// A difference of means.
    Difference {
        source: String,
        first: Vec<String>,
        second: Vec<String>,
        #[serde(default)]
        rows: Option<[usize; 2]>,
    },
    /// Late less early.
    Change {
        source: String,
        columns: Vec<String>,
        early: usize,
        late: usize,
    },
    /// The slope at the end.
    LateSlope {
        source: String,
        column: String,
        share: f64,
    },
    /// Pearson's r.
    Correlation {
        source: String,
        x: String,
        y: String,
    },
    /// The share of values in a range.
    Share {
        source: String,
        columns: Vec<String>,
        at_least: f64,
        at_most: f64,
    },
    /// The share of rows in which one value is below the other.
    PairShare {
        source: String,
        first: String,
        second: String,
    },
    /// A ratio of means.
    Ratio {
        source: String,
        numerator: String,
        denominator: String,
    },
    /// The relative root mean square difference.
    Agreement {
        source: String,
        first: String,
        second: String,
    },
    /// Where a curve falls below a value for good.
    Crossing {
        source: String,
        column: String,
        below: f64,
    },
    /// The least gain in the separation of classes.
    Separation {
        source: String,
        label: String,
        points: Vec<Vec<String>>,
        measure: SeparationMeasure,
        neighbours: usize,
    },
    /// A formula.
    Formula { name: Formula },
}

impl Measurement {
    /// Its file of source data, if it has one.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::TTest(test) => Some(&test.source),
            Self::Statistic { source, .. }
            | Self::Difference { source, .. }
            | Self::Change { source, .. }
            | Self::LateSlope { source, .. }
            | Self::Correlation { source, .. }
            | Self::Share { source, .. }
            | Self::PairShare { source, .. }
            | Self::Ratio { source, .. }
            | Self::Agreement { source, .. }
            | Self::Crossing { source, .. }
            | Self::Separation { source, .. } => Some(source),
            Self::Formula { .. } => None,
        }
    }

    /// The columns that tell which runs are behind it.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::TTest(test) => vec![&test.first, &test.second],
            Self::Statistic { column, .. }
            | Self::LateSlope { column, .. }
            | Self::Crossing { column, .. } => vec![column],
            Self::Difference { first, second, .. } => {
                first.iter().chain(second).map(String::as_str).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is measured, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let from = |source: &str| format!(" in {source}");
        match self {
            Self::TTest(t) => format!("pooled t-test of {} and {}{}", t.first, t.second, from(&t.source)),
            Self::Statistic { source, column, statistic } => {
                format!("{statistic:?} of {column}{}", from(source)).to_lowercase().replace(&source.to_lowercase(), source)
            }
            Self::Difference { source, first, second, rows } => {
                let rows = rows.map_or(String::new(), |[a, b]| format!(", rows {a} to {}", b - 1));
                format!("mean of {} less mean of {}{}{rows}", list(first), list(second), from(source))
            }
            Self::Change { source, columns, .. } => {
                format!("later less first rows of {}{}", list(columns), from(source))
            }
            Self::LateSlope { source, column, share } => {
                format!("slope of {column} over the last {:.0} %{}", 100.0 * share, from(source))
            }
            Self::Correlation { source, x, y } => format!("Pearson's r of {x} and {y}{}", from(source)),
            Self::Share { source, columns, at_least, at_most } => {
                format!("share of {} from {at_least} to {at_most}{}", list(columns), from(source))
            }
            Self::PairShare { source, first, second } => {
                format!("share of rows with {first} below {second}{}", from(source))
            }
            Self::Ratio { source, numerator, denominator } => {
                format!("mean {numerator} over mean {denominator}{}", from(source))
            }
            Self::Agreement { source, first, second } => {
                format!("relative root mean square difference of {first} and {second}{}", from(source))
            }
            Self::Crossing { source, column, below } => {
                format!("first row from which {column} stays below {below}{}", from(source))
            }
            Self::Separation { source, measure, neighbours, .. } => match measure {
                SeparationMeasure::NearestNeighbours => {
                    format!("least gain in the accuracy of {neighbours} nearest neighbours{}", from(source))
                }
                SeparationMeasure::Silhouette => format!("least gain in the mean silhouette{}", from(source)),
            },
            Self::Formula { name } => match name {
                Formula::ConductanceRatio => "0.6 / 0.05".to_owned(),
                Formula::LemmaBound => "2 tau_L^2 tau_s^2 lambda^2 / ((tau_L - tau_s)^2 (tau_L + tau_s)), tau in ms, lambda = 0.02 / ms".to_owned(),
                Formula::LemmaShare => "sqrt(c / 50 ms), c = 2 tau_L^2 tau_s^2 / ((tau_L - tau_s)^2 (tau_L + tau_s))".to_owned(),
                Formula::LemmaIntegral => "integral of g^2 over 50 ms, over c".to_owned(),
            },
        }
    }
}

fn list(columns: &[String]) -> String {
    match columns {
        [one] => one.clone(),
        [first, .., last] => format!("{first} … {last}"),
        [] => "nothing".to_owned(),
    }
}

/// A difference between the paper and the authors' program.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// What differs.
    pub what: String,
    /// In the paper.
    pub paper: String,
    /// In the program.
    pub program: String,
    /// The parameter that says so, if one does.
    #[serde(default)]
    pub field: Option<String>,
}

impl Claims {
    /// The claims of a project's `experiments` directory, or those that the program carries with it
    /// where the directory has none.
    ///
    /// # Errors
    /// As [`Claims::parse`], and if the file cannot be read.
    pub fn read(directory: Option<&Path>) -> Result<Self> {
        let file = directory.map(|directory| directory.join("claims.toml"));
        match file.filter(|file| file.is_file()) {
            Some(file) => {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                Self::parse(&file.display().to_string(), &text)
            }
            None => Self::parse(
                "experiments/claims.toml",
                include_str!("../../../../experiments/claims.toml"),
            ),
        }
    }

    /// Makes claims of a file's name and text.
    ///
    /// # Errors
    /// If the text is not TOML of the expected form, or a claim lacks its rule. The message names
    /// the file, the claim and the field.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let claims: Self = toml::from_str(text).with_context(|| path.to_owned())?;
        let mut ids = BTreeSet::new();
        for claim in &claims.claims {
            ensure!(
                ids.insert(&claim.id),
                "{path}: two claims are called `{}`",
                claim.id
            );
            claim
                .check()
                .with_context(|| format!("{path}: claim `{}`", claim.id))?;
        }
        Ok(claims)
    }
}

impl Claim {
    fn check(&self) -> Result<()> {
        check_name(&self.id)?;
        if let Some(source) = self.measurement.source() {
            let plain = Path::new(source)
                .file_name()
                .is_some_and(|plain| plain == source);
            ensure!(plain, "source: `{source}` is not a plain file name");
        }
        if let Measurement::TTest(test) = &self.measurement {
            test.statistic().context("t")?;
            ensure!(
                test.comparisons > 0,
                "comparisons is 0: 1 stands for no correction"
            );
            ensure!(
                test.factor >= 1.0,
                "factor is {}, expected at least 1",
                test.factor
            );
            ensure!(
                self.rule.is_none(),
                "rule: a t-test brings its own, leave it out"
            );
            return Ok(());
        }
        let rule = self
            .rule
            .context("rule is missing: say what counts as reported")?;
        ensure!(
            rule.within.is_some() || rule.above.is_some() || rule.below.is_some(),
            "rule says nothing: give `within`, `above` or `below`"
        );
        if let Some([low, high]) = rule.within {
            ensure!(low <= high, "rule: within = [{low}, {high}] is empty");
        }
        Ok(())
    }
}

//! The paper's claims as data (`experiments/claims.toml`).

mod measurement;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Experiments, check_name};
use crate::audit::mathematics;
use crate::audit::sources::run_of;
use crate::recordings::presentations;
use crate::{resolve, suggest};
pub use measurement::{
    ColumnStatistic, Formula, Measurement, PublishedTTest, ReportedRates, SeparationMeasure,
};

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
    /// The quantity as reported; of a t-test its own words.
    #[serde(default)]
    pub reported: String,
    /// Which question is asked.
    pub asks: Question,
    /// Whether it is among those that the README shows.
    #[serde(default)]
    pub headline: bool,
    /// What has to be there to ask it.
    #[serde(default)]
    pub needs: Needs,
    /// What a reader should know.
    #[serde(default)]
    pub remark: Option<String>,
    /// The recording that it is about, where its source data is of several.
    #[serde(default)]
    pub recording: Option<String>,
    /// The claim that has to hold for this one to have a sense.
    #[serde(default)]
    pub presumes: Option<String>,
    /// What the numbers are that it is computed from, where its source data does not say so.
    #[serde(default)]
    pub of: Option<String>,
    /// How it is measured.
    pub measurement: Measurement,
    /// What is as reported; of a t-test none, for that brings its own.
    #[serde(default)]
    pub rule: Option<Rule>,
}

/// A question to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
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
    /// Nothing but the paper, or the model's rule.
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
    /// The runs in which it is tried, where these are not the networks with one and two hidden layers.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Why it cannot change a test error, if it cannot.
    #[serde(default)]
    pub idle: Option<String>,
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
        let mut claims: Self = toml::from_str(text).with_context(|| path.to_owned())?;
        let mut ids = BTreeSet::new();
        for claim in &mut claims.claims {
            ensure!(
                ids.insert(claim.id.clone()),
                "{path}: two claims are called `{}`",
                claim.id
            );
            claim
                .check()
                .with_context(|| format!("{path}: claim `{}`", claim.id))?;
            if let Measurement::TTest(test) = &claim.measurement {
                claim.reported = test.in_words();
            }
        }
        for claim in &claims.claims {
            if let Some(presumed) = &claim.presumes {
                ensure!(
                    ids.contains(presumed),
                    "{path}: claim `{}`: it presumes `{presumed}`, which is no claim",
                    claim.id
                );
            }
        }
        Ok(claims)
    }
}

/// The panel of claims about the text alone.
pub const TEXT_PANEL: &str = "text";

impl Claims {
    /// The test that the paper reports of two runs, whose repeated tests are columns of a file of source
    /// data.
    pub(crate) fn reported_test(
        &self,
        source: &str,
        [first, second]: [&str; 2],
    ) -> Option<&PublishedTTest> {
        let tests = self
            .claims
            .iter()
            .filter_map(|claim| match &claim.measurement {
                Measurement::TTest(test) => Some(test),
                _ => None,
            });
        let is_of = |column: &str, run: &str| run_of(column) == Some(run);
        tests
            .filter(|test| test.source == source)
            .find(|test| is_of(&test.first, first) && is_of(&test.second, second))
    }

    /// Checks that what the claims name is there: figures, source data, recordings and runs.
    ///
    /// # Errors
    /// Names the claim and what is not there, with the nearest name that is.
    pub(crate) fn check_against(&self, experiments: &Experiments) -> Result<()> {
        for claim in &self.claims {
            claim
                .check_against(experiments)
                .with_context(|| format!("claim `{}`", claim.id))?;
        }
        for difference in &self.differences {
            difference
                .check_against(experiments)
                .with_context(|| format!("difference `{}`", difference.what))?;
        }
        Ok(())
    }
}

impl Difference {
    fn check_against(&self, experiments: &Experiments) -> Result<()> {
        for run in &self.runs {
            experiments.run(run).context("runs")?;
        }
        if let Some(field) = &self.field {
            let names = resolve::parameter_names();
            ensure!(
                names.contains(field),
                "field: no parameter is called `{field}`: {}",
                suggest::among(field, names.iter().map(String::as_str))
            );
        }
        Ok(())
    }
}

impl Claim {
    fn check_against(&self, experiments: &Experiments) -> Result<()> {
        let figures = || experiments.figures.iter().map(|figure| figure.name());
        ensure!(
            self.panel == TEXT_PANEL || figures().any(|name| name == self.panel),
            "panel: no figure is called `{}`: {}",
            self.panel,
            suggest::among(&self.panel, figures())
        );
        if let Some(recording) = &self.recording {
            experiments.recording(recording).context("recording")?;
        }
        for run in self.measurement.columns().into_iter().filter_map(run_of) {
            experiments.run(run).context("column")?;
        }
        if let Some(source) = self.measurement.source() {
            let files: Vec<String> = experiments
                .figures
                .iter()
                .flat_map(|figure| figure.source_files())
                .chain([mathematics::PHASE_LENGTHS.to_owned()])
                .chain(presentations::UNTRAINED.map(str::to_owned))
                .chain(presentations::TRAINED.map(str::to_owned))
                .collect();
            let names = || {
                files
                    .iter()
                    .map(|file| file.strip_suffix(".gz").unwrap_or(file))
            };
            ensure!(
                names().any(|name| name == source),
                "source: no figure has the source data `{source}`: {}",
                suggest::among(source, names())
            );
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        check_name(&self.id)?;
        if let Some(source) = self.measurement.source() {
            let plain = Path::new(source)
                .file_name()
                .is_some_and(|plain| plain == source);
            ensure!(plain, "source: `{source}` is not a plain file name");
        }
        if let Measurement::TTest(test) = &self.measurement {
            ensure!(
                self.reported.is_empty(),
                "reported: a t-test says it by `t`, `p` and `comparisons`, leave it out"
            );
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
        ensure!(
            !self.reported.is_empty(),
            "reported is missing: give the quantity as reported"
        );
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
        if let Measurement::Difference {
            rows, comparisons, ..
        } = &self.measurement
        {
            ensure!(
                *comparisons != Some(0),
                "comparisons is 0: leave it out for no correction"
            );
            ensure!(
                rows.is_none() || comparisons.is_none(),
                "comparisons: rows of curves are no family of tests"
            );
        }
        Ok(())
    }
}

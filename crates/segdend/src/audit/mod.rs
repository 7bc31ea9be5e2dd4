//! The audit: the paper's claims, asked four different questions that are never mixed.
//!
//! | module | what it asks |
//! |---|---|
//! | `consistency` | 1: does a reported statistic agree with itself? |
//! | `published_design` | 2: is it so with one network a condition and repeated tests, as published? |
//! | `networks` | 3: does it hold over independently trained networks? |
//! | `each_network` | 3, of a claim about one network: is it so in each, and in their mean? |
//! | `sensitivity` | 4: does it hold under the text's and the program's parameters? |
//! | `measurement` | statements that are no tests: from source data to a value |
//! | `grid` | the search for learning rates, against the rates reported |
//! | `mathematics` | the paper's formulas and distributions, evaluated |
//! | `judged` | a claim, its value and its verdict |
//! | `verdict` | the words, and how they follow from value, rule and scale |
//! | `sources`, `runs` | what there is at a scale: source data, finished networks |
//! | `conditions` | final test errors, a run and its further networks together |
//! | `output` | the audit as JSON, CSV, Markdown and text |

pub(crate) mod conditions;
pub(crate) mod consistency;
pub(crate) mod each_network;
mod grid;
mod judged;
pub(crate) mod mathematics;
pub(crate) mod measurement;
pub(crate) mod networks;
pub(crate) mod output;
pub(crate) mod published_design;
pub(crate) mod runs;
pub(crate) mod sensitivity;
pub(crate) mod sources;
pub(crate) mod verdict;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use schemars::JsonSchema;
use segdend_core::segregated;
use serde::{Deserialize, Serialize};

use crate::experiments::{Claims, Experiments, ParameterSet};
use crate::panels::versions::{self, Compared};
use conditions::Condition;
use consistency::Checked;
use each_network::EachNetwork;
pub(crate) use judged::JudgedClaim;
use networks::NetworkComparison;
use runs::Networks;
use sensitivity::{Effect, Sensitivity};
use sources::Sources;
use verdict::Verdict;

/// The version of the audit's form: a new one whenever a field changes its meaning or goes.
pub(crate) const SCHEMA_VERSION: u32 = 2;

/// The audit of the paper's claims at a scale, `audit.json`.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Audit {
    /// The version of this form.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub(crate) schema_version: u32,
    /// The scale.
    pub(crate) scale: String,
    /// The data sets of the runs that were found.
    pub(crate) data_sets: Vec<String>,
    /// The version of this program.
    pub(crate) program_version: String,
    /// The version of the model's numbers.
    pub(crate) model_version: u32,
    /// The machines that the runs were trained on.
    pub(crate) machines: Vec<String>,
    /// Finished networks at this scale.
    pub(crate) networks: usize,
    /// Different weights among them: a difference that concerns tests alone leaves the weights.
    pub(crate) distinct_networks: usize,
    /// Time spent on the networks, s.
    pub(crate) wall_seconds: f64,
    /// Finished recordings at this scale, and the time spent on them.
    #[serde(flatten)]
    pub(crate) recorded: Recorded,
    /// What limits every statement here.
    pub(crate) caution: String,
    /// How many claims have which verdict.
    pub(crate) counts: Vec<Count>,
    /// The final test errors of every run and its further networks.
    pub(crate) conditions: Vec<Condition>,
    /// The claims in the paper's order.
    pub(crate) claims: Vec<JudgedClaim>,
    /// Question 1 of every reported test.
    pub(crate) consistency: Vec<Checked>,
    /// Question 3 of every comparison.
    pub(crate) independent_networks: Vec<NetworkComparison>,
    /// Question 3 of every claim about the errors of one network, or of two of one seed.
    pub(crate) each_network: Vec<EachNetwork>,
    /// Question 4 of every comparison.
    pub(crate) sensitivity: Vec<Sensitivity>,
    /// The differences between the paper and the program, and what they do.
    pub(crate) differences: Vec<Effect>,
    /// The reported numbers in versions of the program, a table a figure.
    pub(crate) versions: Vec<VersionTable>,
    /// The same claims under other sets of parameters.
    pub(crate) other_sets: Vec<OtherSet>,
}

/// The reported numbers of a figure in versions of the program.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct VersionTable {
    /// The figure.
    pub(crate) figure: String,
    /// Its numbers.
    pub(crate) numbers: Vec<Compared>,
}

/// What claims come to with networks of another set of parameters.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct OtherSet {
    /// The set.
    pub(crate) set: String,
    /// The claims of which there is source data.
    pub(crate) claims: Vec<UnderOtherSet>,
}

/// A claim with networks of another set.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct UnderOtherSet {
    /// The claim.
    pub(crate) claim: String,
    /// The value in words.
    pub(crate) ours: String,
    /// The verdict.
    pub(crate) verdict: Verdict,
}

/// The verdicts of the claims that were judged on networks of another set, from its source data.
pub(crate) fn under_other_set(
    set: ParameterSet,
    claims: &Claims,
    sources: &Sources,
    experiments: &Experiments,
    scale: &str,
) -> Result<OtherSet> {
    let mut found = Vec::new();
    for claim in &claims.claims {
        let judged = judged::one(claim, sources, experiments, scale)
            .with_context(|| format!("claim `{}`", claim.id))?;
        if judged.networks > 0 && judged.verdict != Verdict::NotRun {
            found.push(UnderOtherSet {
                claim: claim.id.clone(),
                ours: output::ours(&judged),
                verdict: judged.verdict,
            });
        }
    }
    Ok(OtherSet {
        set: set.name().to_owned(),
        claims: found,
    })
}

/// The tables of versions that there are.
fn version_tables(sources: &Sources, experiments: &Experiments) -> Result<Vec<VersionTable>> {
    let mut tables = Vec::new();
    for figure in &experiments.figures {
        let Some(panel) = figure.of_kind::<versions::Panel>() else {
            continue;
        };
        let file = &panel.values;
        if let Some(table) = sources.table(file)? {
            tables.push(VersionTable {
                figure: figure.name().to_owned(),
                numbers: panel.compared(&table).with_context(|| file.clone())?,
            });
        }
    }
    Ok(tables)
}

/// The finished recordings of a scale. Searches for learning rates train networks that are kept as rows
/// of a table alone.
#[derive(Debug, Clone, Copy, PartialEq, Default, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Recorded {
    /// Finished recordings at this scale.
    pub(crate) recordings: usize,
    /// Time spent on the recordings, s.
    pub(crate) recording_seconds: f64,
    /// Trainings of the searches for learning rates among the recordings.
    pub(crate) search_trainings: usize,
    /// Time spent on these searches, s.
    pub(crate) search_seconds: f64,
}

/// Claims with a verdict.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Count {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// How many claims have it.
    pub(crate) claims: usize,
}

const CAUTION: &str = "Repeated tests of one trained network tell test noise from a difference, not one \
training from another; the section on independent networks does. Below the paper's scale nothing that is \
trained is called reproduced, and what was trained on other images than MNIST is no verdict on the paper.";

/// Audits the claims with what there is at a scale.
pub(crate) fn audit(
    claims: &Claims,
    sources: &Sources,
    networks: &Networks,
    recorded: Recorded,
    other_sets: Vec<OtherSet>,
    experiments: &Experiments,
    scale: &str,
) -> Result<Audit> {
    let mut all_judged = Vec::new();
    let mut checked = Vec::new();
    for claim in &claims.claims {
        let context = || format!("claim `{}`", claim.id);
        let mut claim_judged =
            judged::one(claim, sources, experiments, scale).with_context(context)?;
        claim_judged.ours = output::ours(&claim_judged);
        all_judged.push(claim_judged);
        checked.extend(consistency::of_claim(claim).with_context(context)?);
    }
    judged::say_what_is_presumed(&mut all_judged, &claims.claims);
    let mut data_sets: Vec<String> = Vec::new();
    let mut machines: Vec<String> = Vec::new();
    let mut wall_seconds = 0.0;
    for network in networks.all() {
        let manifest = &network.manifest;
        data_sets.push(crate::data_source::short_name(&manifest.data.source));
        let machine = &manifest.machine;
        let model = machine.cpu_model.as_deref().unwrap_or(&machine.arch);
        machines.push(format!(
            "{model}, {} processors, {}",
            machine.cpus, machine.os
        ));
        wall_seconds += manifest.wall_seconds.training + manifest.wall_seconds.testing;
    }
    let weights = networks.all().iter().map(|n| &n.manifest.weights_sha256);
    let distinct_networks = weights.collect::<BTreeSet<_>>().len();
    for list in [&mut data_sets, &mut machines] {
        list.sort();
        list.dedup();
    }
    let count = |verdict| Count {
        verdict,
        claims: all_judged
            .iter()
            .filter(|claim| claim.verdict == verdict)
            .count(),
    };
    Ok(Audit {
        schema_version: SCHEMA_VERSION,
        scale: scale.to_owned(),
        data_sets,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        model_version: segregated::VERSION,
        machines,
        networks: networks.all().len(),
        distinct_networks,
        wall_seconds,
        recorded,
        conditions: conditions::of(networks, experiments, scale)?,
        caution: CAUTION.to_owned(),
        counts: Verdict::ALL.map(count).to_vec(),
        consistency: checked,
        independent_networks: networks::compare(&claims.claims, networks, experiments, scale)?,
        each_network: each_network::all(&claims.claims, networks, experiments, scale)?,
        sensitivity: sensitivity::compare(&claims.claims, networks, experiments, scale)?,
        differences: sensitivity::effects(&claims.differences, networks, experiments, scale)?,
        versions: version_tables(sources, experiments)?,
        other_sets,
        claims: all_judged,
    })
}

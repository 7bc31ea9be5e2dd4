//! The paper's mathematics in numbers: its formulas evaluated, and tables of what single
//! presentations come to, written as source data (`audit-*.csv`).
//!
//! | table | what of |
//! |---|---|
//! | `audit-phase-lengths.csv` | lengths of training phases (Figure 4B), ms |
//! | `audit-initial-voltages.csv` | dendritic voltages of untrained networks, V |
//! | `audit-lemma.csv` | mean postsynaptic potentials and mean rates (Lemma 1), a row a hidden neuron |
//! | `audit-steady-state.csv` | both sides of Eq. 18, a row an image and output neuron |
//! | `audit-hidden-loss.csv` | the hidden loss under both definitions of its target, a row an image |
//! | `audit-theorem.csv` | both sides of Eq. 8, a row an image |
//! | `audit-rates.csv` | mean rates by layer over training, Hz |
//!
//! The last four are of the trained run `regular`.

mod trained;

use anyhow::{Context, Result};
use rayon::prelude::*;
use segdend_analysis::lemma_allowance;
use segdend_core::data::{DataSet, ImageSet};
use segdend_core::rng::{Occasion, Purpose, StreamKey};
use segdend_core::segregated::engine::{Engine, SpikeDrive};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms, PlateauTiming};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::Parameters;
use segdend_core::segregated::record::ExampleRecord;
use segdend_core::segregated::schedule::Schedule;

use crate::experiments::{Formula, ParameterSet};
use crate::manifest::RunResult;
use crate::project::{self, Project};
use crate::provenance::Provenance;
use crate::recordings::losses::MEANS;
use crate::recordings::{RecordingDirectory, ResolvedRecording};
use crate::resolve::{self, ResolvedRun};
use crate::run_directory::{self, RunDirectory};
use crate::tables::Table;
use trained::{Trained, rates};

/// Images shown for a table.
const IMAGES: usize = 200;
/// Presentations of an image that stand for an expectation over spikes.
const REPEATS: usize = 20;
/// Phase lengths drawn.
const LENGTHS: u64 = 10_000;
/// Of so many hidden neurons one goes into the table of voltages.
const HIDDEN_STRIDE: usize = 25;
/// Near the maximal rate of 200 Hz, per ms.
const NEAR_MAXIMUM_PER_MS: f64 = 0.18;
const PER_SECOND: f64 = 1e3;
/// The run whose trained network is looked at.
const TRAINED: &str = "regular";

/// All tables.
pub(crate) const TABLES: [&str; 7] = [
    "audit-phase-lengths.csv",
    "audit-initial-voltages.csv",
    "audit-lemma.csv",
    "audit-steady-state.csv",
    "audit-hidden-loss.csv",
    "audit-theorem.csv",
    "audit-rates.csv",
];

/// The tables that are measured on its final weights.
const OF_FINAL_WEIGHTS: [&str; 4] = [
    "audit-steady-state.csv",
    "audit-hidden-loss.csv",
    "audit-theorem.csv",
    "audit-rates.csv",
];

/// A formula of the paper's parameters.
pub(crate) fn formula(name: Formula) -> f64 {
    let p = Parameters::paper();
    let (long, short) = (p.tau_long_ms, p.tau_short_ms);
    let bound = 2.0 * long.powi(2) * short.powi(2) / ((long - short).powi(2) * (long + short));
    let window_ms = p.minimum_phase_ms as f64;
    match name {
        Formula::ConductanceRatio => p.basal_conductance / 0.05,
        Formula::LemmaBound => {
            let rate_per_ms: f64 = 0.02;
            bound * rate_per_ms.powi(2)
        }
        Formula::LemmaShare => lemma_allowance(window_ms, long, short),
        Formula::LemmaIntegral => {
            // g(u) = (tau_L exp(-u / tau_L) - tau_s exp(-u / tau_s)) / (tau_L - tau_s), squared and
            // integrated term by term.
            let part = |rate: f64| (1.0 - (-rate * window_ms).exp()) / rate;
            let integral = long.powi(2) * part(2.0 / long) + short.powi(2) * part(2.0 / short)
                - 2.0 * long * short * part(1.0 / long + 1.0 / short);
            integral / (long - short).powi(2) / bound
        }
    }
}

/// Writes the tables that can be made from what is there and are not there yet; gives their names.
pub(crate) fn make(project: &Project, scale: &str, data: Option<&DataSet>) -> Result<Vec<String>> {
    let maker = Maker { project, scale };
    let mut made = vec![maker.write("audit-phase-lengths.csv", None, None, phase_lengths)?];
    if let Some(data) = data {
        made.push(
            maker.write("audit-initial-voltages.csv", Some(data), None, || {
                initial_voltages(data)
            })?,
        );
        made.push(maker.write("audit-lemma.csv", Some(data), None, || lemma(data))?);
        if let Some(run) = maker.finished(data)? {
            let trained = || Trained::of(&run, data);
            let [steady_state, hidden_loss, theorem, mean_rates] = OF_FINAL_WEIGHTS;
            made.extend([
                maker.write(steady_state, Some(data), Some(&run), || {
                    Ok(trained()?.steady_state())
                })?,
                maker.write(hidden_loss, Some(data), Some(&run), || {
                    Ok(trained()?.hidden_loss())
                })?,
                maker.write(theorem, Some(data), Some(&run), || Ok(trained()?.theorem()))?,
                maker.write(mean_rates, Some(data), Some(&run), || {
                    let untrained = Trained::untrained(&run, data)?;
                    Ok(rates(
                        &untrained,
                        &trained()?,
                        maker.recorded_rates(&run, data)?,
                    ))
                })?,
            ]);
        }
    }
    Ok(made.into_iter().flatten().collect())
}

struct Maker<'a> {
    project: &'a Project,
    scale: &'a str,
}

/// The trained run.
struct Finished {
    run: ResolvedRun,
    directory: RunDirectory,
    result: RunResult,
}

impl Maker<'_> {
    /// The trained run, if it is finished and its weights are there.
    fn finished(&self, data: &DataSet) -> Result<Option<Finished>> {
        let experiments = &self.project.experiments;
        let Some(named) = experiments.runs.get(TRAINED) else {
            return Ok(None);
        };
        let spec = resolve::at_scale(named, experiments.scale(self.scale)?, false)?;
        let run = ResolvedRun::new(TRAINED, self.scale, spec, data.summary());
        let directory = self.project.run_directory(&run);
        let Some(result) = directory.result()? else {
            return Ok(None);
        };
        Ok(directory.holds_final_weights().then_some(Finished {
            run,
            directory,
            result,
        }))
    }

    /// Writes one table unless it is there and came from the same.
    fn write(
        &self,
        name: &str,
        data: Option<&DataSet>,
        run: Option<&Finished>,
        table: impl FnOnce() -> Result<Table>,
    ) -> Result<Option<String>> {
        let directory = self.project.source_data(self.scale);
        let path = directory.join(name);
        let stem = name.split('.').next().unwrap_or(name);
        let provenance = data.map(|data| {
            let runs = run.map(|run| (TRAINED, &run.run, &run.result));
            Provenance::new(
                "audit",
                &[name],
                (self.scale, &data.summary()),
                &self.project.experiments,
                runs,
                [],
            )
        });
        let provenance_path = directory.join(format!("{stem}.provenance.json"));
        let before: Option<Provenance> = run_directory::read_json(&provenance_path).ok().flatten();
        if path.is_file() && before == provenance {
            return Ok(None);
        }
        project::make_directory(&directory)?;
        table().with_context(|| name.to_owned())?.write(&path)?;
        if let Some(provenance) = provenance {
            run_directory::write_json(&provenance_path, &provenance)?;
        }
        Ok(Some(name.to_owned()))
    }

    /// Mean rates of input, hidden and output units after every epoch, if they were recorded.
    fn recorded_rates(&self, run: &Finished, _: &DataSet) -> Result<Option<Table>> {
        let experiments = &self.project.experiments;
        let Some((name, recording)) = experiments
            .recordings
            .iter()
            .find(|(name, recording)| name.as_str() == "losses" && recording.run == TRAINED)
        else {
            return Ok(None);
        };
        let scale = experiments.scale(&run.run.scale)?;
        let resolved = ResolvedRecording::new(name, recording, &run.run, scale);
        let directory: RecordingDirectory = self.project.recording_directory(&resolved);
        match directory.manifest()? {
            Some(_) => directory.table(MEANS).map(Some),
            None => Ok(None),
        }
    }
}

fn phase_lengths() -> Result<Table> {
    let mut columns = Vec::new();
    for (name, p) in ParameterSet::all().map(|set| (set.name(), set.parameters())) {
        let mut lengths = Vec::new();
        for example in 0..LENGTHS {
            let schedule = Schedule::draw(
                &p,
                PlateauTiming::Synchronous,
                &[],
                1,
                Occasion::Audit(0),
                example,
            );
            lengths.extend(schedule.steps.map(|steps| steps as f64));
        }
        columns.push((name.to_owned(), lengths));
    }
    Ok(Table::new(columns))
}

/// The paper's one-hidden-layer network, untrained.
fn initial(p: &Parameters, data: &DataSet) -> Result<Engine> {
    let sizes = [data.pixel_count(), 500, data.classes()];
    let network = Network::initial(&sizes, p, FeedbackWeights::Random, 1)?;
    Ok(Engine::new(
        p.clone(),
        Mechanisms::default(),
        vec![0.0, 0.0],
        &network,
    )?)
}

/// Shows the first images of a set, each from rest, to weights that stand still.
fn show(engine: &Engine, p: &Parameters, images: &ImageSet, repeat: usize) -> Vec<ExampleRecord> {
    let still = engine.without_learning();
    let hidden: Vec<usize> = still.sizes()[1..still.sizes().len() - 1].to_vec();
    let occasion = Occasion::Audit(repeat as u64);
    (0..IMAGES.min(images.len()))
        .into_par_iter()
        .map_init(
            || still.clone(),
            |engine, image| {
                let example = image as u64;
                let schedule =
                    Schedule::draw(p, PlateauTiming::Synchronous, &hidden, 1, occasion, example);
                let spikes = StreamKey::new(1, Purpose::TestSpikes, occasion, example);
                let noise = StreamKey::new(1, Purpose::FeedbackNoise, occasion, example);
                engine.clear();
                engine.observe_example(
                    images.image(image),
                    images.label(image),
                    &schedule,
                    SpikeDrive::Free(spikes),
                    noise,
                )
            },
        )
        .collect()
}

fn initial_voltages(data: &DataSet) -> Result<Table> {
    let mut columns = Vec::new();
    for (name, p) in ParameterSet::all().map(|set| (set.name(), set.parameters())) {
        let shown = show(&initial(&p, data)?, &p, data.test(), 0);
        let dendrites = |layer: usize, stride: usize| -> Vec<f64> {
            shown
                .iter()
                .flat_map(|record| record.forward.final_dendrite[layer].iter().step_by(stride))
                .copied()
                .collect()
        };
        columns.push((format!("{name} hidden (V)"), dendrites(0, HIDDEN_STRIDE)));
        columns.push((format!("{name} output (V)"), dendrites(1, 1)));
    }
    Ok(Table::new(columns))
}

fn lemma(data: &DataSet) -> Result<Table> {
    let mut columns = Vec::new();
    for (name, p) in ParameterSet::all().map(|set| (set.name(), set.parameters())) {
        let shown = show(&initial(&p, data)?, &p, data.test(), 0);
        let over_images = |values: fn(&ExampleRecord) -> &Vec<f64>| -> Vec<f64> {
            let units = shown.first().map_or(0, |record| values(record).len());
            let mean = |unit| {
                shown.iter().map(|record| values(record)[unit]).sum::<f64>() / shown.len() as f64
            };
            (0..units).map(mean).collect()
        };
        let psp = over_images(|record| &record.forward.mean_psp[1]);
        let rate = over_images(|record| &record.forward.mean_rate[0]);
        columns.push((format!("{name} mean PSP"), psp));
        columns.push((format!("{name} mean rate"), rate));
    }
    Ok(Table::new(columns))
}

#[cfg(test)]
mod tests {
    //! Promise: the formulas are those of the paper, computed here a second way.
    use super::*;

    #[test]
    fn the_lemmas_numbers() {
        // 2 * 100 * 9 / (49 * 13) = 2.8257 ms, times (0.02 / ms)^2.
        assert!((formula(Formula::LemmaBound) - 1_800.0 / 637.0 * 4e-4).abs() < 1e-15);
        assert_eq!(formula(Formula::ConductanceRatio), 0.6 / 0.05);
        let steps = 500_000;
        let width = 50.0 / f64::from(steps);
        let g = |u: f64| (10.0 * (-u / 10.0).exp() - 3.0 * (-u / 3.0).exp()) / 7.0;
        let sum: f64 = (0..steps)
            .map(|k| g((f64::from(k) + 0.5) * width).powi(2) * width)
            .sum();
        let expected = sum / (1_800.0 / 637.0);
        assert!(
            (formula(Formula::LemmaIntegral) - expected).abs() < 1e-6,
            "{expected}"
        );
    }
}

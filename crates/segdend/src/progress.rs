//! How far the runs have come: bars on a terminal, plain lines elsewhere. All of it on standard
//! error.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use segdend_core::segregated::Training;
use segdend_core::training::Stage;

use crate::output;
use crate::resolve::ResolvedRun;

/// How often a plain line tells of a run.
const LINE_INTERVAL: Duration = Duration::from_secs(15);
/// Speeds are measured over at least this long.
const SPEED_WINDOW: Duration = Duration::from_secs(1);

/// Where progress is shown.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Nowhere.
    Quiet,
    /// In lines.
    Lines,
    /// In bars.
    Bars(MultiProgress),
}

impl Progress {
    /// Bars if standard error is a terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet {
            Self::Quiet
        } else if std::io::stderr().is_terminal() {
            Self::Bars(MultiProgress::new())
        } else {
            Self::Lines
        }
    }

    /// Says something, above the bars if there are any.
    pub(crate) fn note(&self, text: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines => output::remark(text),
            Self::Bars(bars) => bars.suspend(|| output::remark(text)),
        }
    }

    /// Says what must be said, however quiet.
    pub(crate) fn warning(&self, text: &str) {
        match self {
            Self::Bars(bars) => bars.suspend(|| output::remark(text)),
            Self::Quiet | Self::Lines => output::remark(text),
        }
    }

    /// Follows a run.
    pub(crate) fn meter(&self, run: &ResolvedRun, training: &Training<'_>) -> Meter<'_> {
        let bar = match self {
            Self::Bars(bars) => {
                let bar = bars.add(ProgressBar::new(BAR_STEPS));
                bar.set_style(style("{prefix:12} {bar:16} {percent:>3} %  {wide_msg}"));
                bar.set_prefix(run.name.clone());
                Some(bar)
            }
            Self::Quiet | Self::Lines => None,
        };
        let work = training.progress();
        if training.stage()
            != (Stage::Test {
                epoch: 0,
                next: 0,
                errors: 0.0,
            })
        {
            self.note(&format!(
                "{}: going on from a checkpoint, {} done",
                run.name,
                percent(work.done, work.total)
            ));
        }
        let now = Instant::now();
        Meter {
            progress: self,
            bar,
            name: run.name.clone(),
            epochs: run.spec.epochs,
            final_tests: run.spec.final_tests,
            images: [run.data.train_images, run.data.test_images],
            began: now,
            done_at_beginning_ms: work.done,
            told: now,
            window: None,
            images_per_second: None,
        }
    }

    /// Follows bytes of a file.
    pub(crate) fn bytes(&self, name: &str) -> Option<ProgressBar> {
        let Self::Bars(bars) = self else { return None };
        let bar = bars.add(ProgressBar::new(0));
        bar.set_style(style(
            "{prefix} {bar:24} {bytes} of {total_bytes}, {eta} left",
        ));
        bar.set_prefix(name.to_owned());
        Some(bar)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the template is a constant")
        .progress_chars("█▉▊▋▌▍▎▏ ")
}

const BAR_STEPS: u64 = 1_000;

/// Follows one run.
pub(crate) struct Meter<'p> {
    progress: &'p Progress,
    bar: Option<ProgressBar>,
    name: String,
    epochs: usize,
    final_tests: usize,
    /// Training and test images.
    images: [usize; 2],
    began: Instant,
    done_at_beginning_ms: f64,
    told: Instant,
    /// When the last measurement of speed began, and the images shown until then.
    window: Option<(Instant, usize)>,
    images_per_second: Option<f64>,
}

impl Meter<'_> {
    /// A slice was done.
    pub(crate) fn advanced(&mut self, training: &Training<'_>) {
        self.measure(training.stage());
        if let Some(bar) = &self.bar {
            let work = training.progress();
            bar.set_position((BAR_STEPS as f64 * work.done / work.total.max(1.0)) as u64);
            bar.set_message(self.state(training));
        } else if self.told.elapsed() >= LINE_INTERVAL {
            self.tell(training);
        }
    }

    fn measure(&mut self, stage: Stage) {
        let images = self.shown(stage);
        let Some((since, before)) = self.window else {
            self.window = Some((Instant::now(), images));
            return;
        };
        let elapsed = since.elapsed();
        if elapsed >= SPEED_WINDOW {
            let speed = (images - before) as f64 / elapsed.as_secs_f64();
            self.images_per_second = Some(
                self.images_per_second
                    .map_or(speed, |last| 0.6 * last + 0.4 * speed),
            );
            self.window = Some((Instant::now(), images));
        }
    }

    /// Images shown from the very beginning to this stage.
    fn shown(&self, stage: Stage) -> usize {
        let [train, test] = self.images;
        match stage {
            Stage::Test { epoch, next, .. } => epoch * (train + test) + next,
            Stage::Train { epoch, next, .. } => (epoch - 1) * (train + test) + test + next,
            Stage::FinalTest { repeat, next, .. } => {
                self.epochs * (train + test) + (1 + repeat) * test + next
            }
            Stage::Finished => self.epochs * (train + test) + (1 + self.final_tests) * test,
        }
    }

    /// An epoch and its test were done.
    pub(crate) fn epoch_ended(&mut self, training: &Training<'_>) {
        if self.bar.is_none() {
            self.tell(training);
        }
    }

    /// The run is finished.
    pub(crate) fn finished(&self, training: &Training<'_>) {
        self.clear();
        let seconds = output::duration(self.began.elapsed().as_secs_f64());
        let error = latest_error(training)
            .map_or(String::new(), |error| format!(", test error {error:.2} %"));
        self.progress
            .note(&format!("{}: finished in {seconds}{error}", self.name));
    }

    /// The run was stopped.
    pub(crate) fn stopped(&self, training: &Training<'_>) {
        self.clear();
        let work = training.progress();
        self.progress.note(&format!(
            "{}: saved at {}",
            self.name,
            percent(work.done, work.total)
        ));
    }

    /// The run failed; the error is told elsewhere.
    pub(crate) fn failed(&self) {
        self.clear();
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn tell(&mut self, training: &Training<'_>) {
        self.told = Instant::now();
        let work = training.progress();
        let done = percent(work.done, work.total);
        self.progress
            .note(&format!("{}: {done}, {}", self.name, self.state(training)));
    }

    fn state(&self, training: &Training<'_>) -> String {
        let mut parts = vec![match training.stage() {
            Stage::Test { epoch: 0, .. } => "test before training".to_owned(),
            Stage::Test { epoch, .. } => format!("test after epoch {epoch} of {}", self.epochs),
            Stage::Train { epoch, .. } => format!("epoch {epoch} of {}", self.epochs),
            Stage::FinalTest { repeat, .. } => {
                format!("final test {} of {}", repeat + 1, self.final_tests)
            }
            Stage::Finished => "finished".to_owned(),
        }];
        if let Some(speed) = self.images_per_second {
            parts.push(format!(
                "{} images/s",
                segdend_figures::grouped(speed as u64)
            ));
        }
        if let Some(error) = latest_error(training) {
            parts.push(format!("test error {error:.2} %"));
        }
        let work = training.progress();
        let done_ms = work.done - self.done_at_beginning_ms;
        let elapsed = self.began.elapsed();
        if done_ms > 0.0 && elapsed >= SPEED_WINDOW && !training.is_finished() {
            let left = elapsed.as_secs_f64() * (work.total - work.done) / done_ms;
            parts.push(format!("{} left", output::duration(left)));
        }
        parts.join(", ")
    }
}

fn latest_error(training: &Training<'_>) -> Option<f64> {
    training.history().test_errors_percent.last().copied()
}

fn percent(done: f64, total: f64) -> String {
    format!("{:.0} %", 100.0 * done / total.max(1.0))
}

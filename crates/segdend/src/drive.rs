//! Runs side by side: a thread a run, so many at once as there are threads to be used.
//!
//! Training is one thread's work. Tests are spread over rayon's pool; a run waits for its own test
//! outside that pool, so no thread of the pool can be caught in another run's training.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow};
use segdend_core::data::DataSet;

use crate::interrupt::{self, Saving};
use crate::progress::Progress;
use crate::resolve::ResolvedRun;
use crate::run_directory::Lock;
use crate::tally::{Tally, Words};
use crate::train_one::Pace;

/// Sizes the pool that tests are spread over. Once a process.
pub(crate) fn use_threads(threads: usize) -> Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .context("cannot start the threads")
}

/// A job whose product is kept: a training, or a recording.
pub(crate) trait Job: Sync {
    /// What it gives.
    type Product: Send;
    /// How such pieces are spoken of.
    const WORDS: Words;

    /// What it is, for messages.
    fn name(&self) -> String;

    /// The run that is trained for it: what it costs.
    fn run(&self) -> &ResolvedRun;

    /// The product, if it is there already.
    fn product(&self) -> Result<Option<Self::Product>>;

    /// Takes the right to do it, waiting for whoever has it; `None` if Ctrl-C ended the waiting.
    fn lock(&self, progress: &Progress) -> Result<Option<Lock>>;

    /// Does it, with the lock taken and the product not there.
    fn compute(
        &self,
        data: &DataSet,
        pace: Pace,
        progress: &Progress,
    ) -> Result<JobOutcome<Self::Product>>;
}

/// Does a piece of work, unless its product is there already.
pub(crate) fn carry_out<W: Job>(
    job: &W,
    data: &DataSet,
    pace: Pace,
    progress: &Progress,
) -> Result<JobOutcome<W::Product>> {
    if let Some(product) = job.product()? {
        return Ok(JobOutcome::Cached(product));
    }
    let Some(_lock) = job.lock(progress)? else {
        return Ok(JobOutcome::Interrupted);
    };
    // Whoever held the lock may have done it.
    match job.product()? {
        Some(product) => Ok(JobOutcome::Cached(product)),
        None => job.compute(data, pace, progress),
    }
}

/// How a piece of work ended.
#[derive(Debug)]
pub(crate) enum JobOutcome<T> {
    /// The product was there already.
    Cached(T),
    /// It was computed.
    Computed(T),
    /// Ctrl-C; the same command goes on from where it stopped.
    Interrupted,
}

impl<T> JobOutcome<T> {
    /// The product, if there is one.
    pub(crate) fn product(&self) -> Option<&T> {
        match self {
            Self::Cached(product) | Self::Computed(product) => Some(product),
            Self::Interrupted => None,
        }
    }
}

/// Does all jobs; the outcomes are in the order of the jobs. A job that fails does not stop the
/// others.
pub(crate) fn drive<W: Job>(
    jobs: &[W],
    data: &DataSet,
    pace: Pace,
    progress: &Progress,
) -> Vec<Result<JobOutcome<W::Product>>> {
    // What cannot be read is told of when its turn comes.
    let costs = jobs.iter().map(|job| {
        let there = matches!(job.product(), Ok(Some(_)));
        (!there).then(|| estimated_cpu_seconds(job.run()))
    });
    let tally = Tally::begin(progress, W::WORDS, pace.threads, costs.collect());
    let computed = |outcome: &JobOutcome<_>| matches!(outcome, JobOutcome::Computed(_));
    side_by_side(&tally, pace.threads, computed, |index| {
        let job = &jobs[index];
        if interrupt::requested() {
            return Ok(JobOutcome::Interrupted);
        }
        carry_out(job, data, pace, progress).with_context(|| job.name())
    })
}

/// Does all pieces of work that are tallied on `threads` threads, those that are done already first,
/// then the costliest: what is short fits in beside it. `computed` tells which outcomes took work. The
/// results are in order.
fn side_by_side<T: Send>(
    tally: &Tally<'_>,
    threads: usize,
    computed: impl Fn(&T) -> bool + Sync,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Vec<Result<T>> {
    let _saving = Saving::begin();
    let order = tally.costliest_first();
    let count = order.len();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<T>>>> = Mutex::new((0..count).map(|_| None).collect());
    thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    tally.begins(index);
                    let result = work(index);
                    tally.ends(index, result.as_ref().is_ok_and(&computed));
                    results
                        .lock()
                        .expect("no thread fails while it holds the lock")[index] = Some(result);
                }
            });
        }
    });
    let results = results.into_inner().expect("all threads have ended");
    results
        .into_iter()
        .map(|result| result.unwrap_or_else(|| Err(anyhow!("it was not begun"))))
        .collect()
}

/// Roughly how long a run takes on one thread: a cost for every simulated ms of an image, fitted to
/// the training images in the benchmark's record (`segdend-core/benches/records/throughput.csv`).
pub(crate) fn estimated_cpu_seconds(run: &ResolvedRun) -> f64 {
    const SECONDS_PER_MS: f64 = 0.08e-6;
    const SECONDS_PER_MS_AND_UNIT: f64 = 1.0e-9;
    let (spec, p) = (&run.spec, &run.spec.parameters);
    let training_ms = 2.0 * (p.minimum_phase_ms as f64 + p.extra_phase_mean_ms);
    let trained = (spec.epochs * run.data.train_images) as f64 * training_ms;
    let tested = ((spec.epochs + 1 + spec.final_tests) * run.data.test_images) as f64
        * p.test_phase_ms as f64;
    let units = spec.hidden.iter().sum::<usize>() + run.data.classes;
    (trained + tested) * (SECONDS_PER_MS + SECONDS_PER_MS_AND_UNIT * units as f64)
}

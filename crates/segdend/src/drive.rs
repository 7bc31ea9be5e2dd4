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
use crate::recordings::{self, RecordingJob, RecordingOutcome};
use crate::resolve::ResolvedRun;
use crate::tally::{Tally, Words};
use crate::train_one::{self, Job, JobOutcome, Pace};

/// Sizes the pool that tests are spread over. Once a process.
pub(crate) fn use_threads(threads: usize) -> Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .context("cannot start the threads")
}

/// Does all jobs; the outcomes are in the order of the jobs. A job that fails does not stop the
/// others.
pub(crate) fn drive(
    jobs: &[Job],
    data: &DataSet,
    pace: Pace,
    progress: &Progress,
) -> Vec<Result<JobOutcome>> {
    let words = Words {
        to_do: "networks to train",
        done: "networks trained",
    };
    // What cannot be read is told of when its turn comes.
    let costs = jobs.iter().map(|job| {
        let there = matches!(job.directory.result(), Ok(Some(_)));
        (!there).then(|| estimated_cpu_seconds(&job.run))
    });
    let tally = Tally::begin(progress, words, pace.threads, costs.collect());
    let computed = |outcome: &JobOutcome| matches!(outcome, JobOutcome::Computed(_));
    side_by_side(&tally, pace.threads, computed, |index| {
        let job = &jobs[index];
        if interrupt::requested() {
            return Ok(JobOutcome::Interrupted);
        }
        train_one::train(job, data, pace, progress)
            .with_context(|| format!("run `{}`", job.run.name))
    })
}

/// Makes all recordings, in the same way.
pub(crate) fn record(
    jobs: &[RecordingJob],
    data: &DataSet,
    pace: Pace,
    progress: &Progress,
) -> Vec<Result<RecordingOutcome>> {
    let words = Words {
        to_do: "recordings to make",
        done: "recordings made",
    };
    let costs = jobs.iter().map(|job| {
        let there = matches!(job.directory.manifest(), Ok(Some(_)));
        (!there).then(|| estimated_cpu_seconds(&job.recording.run))
    });
    let tally = Tally::begin(progress, words, pace.threads, costs.collect());
    let recorded = |outcome: &RecordingOutcome| matches!(outcome, RecordingOutcome::Recorded(_));
    side_by_side(&tally, pace.threads, recorded, |index| {
        let job = &jobs[index];
        if interrupt::requested() {
            return Ok(RecordingOutcome::Interrupted);
        }
        recordings::record(job, data, pace, progress)
            .with_context(|| format!("recording `{}`", job.recording.name))
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

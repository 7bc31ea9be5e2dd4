//! How far jobs that are done side by side have come together, and how long the rest takes.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::interrupt;
use crate::output;
use crate::progress::Progress;

/// How jobs of a kind are spoken of: what there is to do, and what has been done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    pub(crate) to_do: &'static str,
    pub(crate) done: &'static str,
}

/// Counts jobs, and tells of it whenever one is done.
pub(crate) struct Tally<'p> {
    progress: &'p Progress,
    words: Words,
    threads: usize,
    jobs: Mutex<Vec<Tallied>>,
}

#[derive(Debug, Clone, Copy)]
struct Tallied {
    /// How long it takes, in a unit that is the same for all.
    cost: f64,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Waiting,
    Running {
        since: Instant,
    },
    Done {
        took: Duration,
    },
    /// Was done before, or failed, or was stopped.
    Out,
}

impl<'p> Tally<'p> {
    /// Of jobs with these costs, `None` for those that are done already.
    pub(crate) fn begin(
        progress: &'p Progress,
        words: Words,
        threads: usize,
        costs: Vec<Option<f64>>,
    ) -> Self {
        let jobs: Vec<Tallied> = costs
            .into_iter()
            .map(|cost| match cost {
                Some(cost) => Tallied {
                    cost,
                    state: State::Waiting,
                },
                None => Tallied {
                    cost: 0.0,
                    state: State::Out,
                },
            })
            .collect();
        let waiting = jobs.iter().filter(|job| job.counts()).count();
        if waiting > 1 && !interrupt::requested() {
            let there = match jobs.len() - waiting {
                0 => String::new(),
                there => format!(" (already there: {there})"),
            };
            progress.note(&format!("{waiting} {}{there}", words.to_do));
        }
        Self {
            progress,
            words,
            threads,
            jobs: Mutex::new(jobs),
        }
    }

    /// All jobs, those that are done already first, then by what they cost.
    pub(crate) fn costliest_first(&self) -> Vec<usize> {
        self.change(|jobs| {
            let cost = |&index: &usize| match jobs[index].counts() {
                true => jobs[index].cost,
                false => f64::INFINITY,
            };
            let mut order: Vec<usize> = (0..jobs.len()).collect();
            order.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
            order
        })
    }

    /// A job begins.
    pub(crate) fn begins(&self, index: usize) {
        self.change(|jobs| {
            if jobs[index].counts() {
                jobs[index].state = State::Running {
                    since: Instant::now(),
                };
            }
        });
    }

    /// A job has ended.
    pub(crate) fn ends(&self, index: usize, successfully: bool) {
        let told = self.change(|jobs| {
            let State::Running { since } = jobs[index].state else {
                return None;
            };
            jobs[index].state = match successfully {
                true => State::Done {
                    took: since.elapsed(),
                },
                false => State::Out,
            };
            (successfully).then(|| jobs.clone())
        });
        let Some(jobs) = told else { return };
        let all = jobs.iter().filter(|job| job.counts()).count();
        if all > 1 {
            let done = jobs.iter().filter(|job| job.took().is_some()).count();
            let rest = match seconds_left(&jobs, self.threads, Instant::now()) {
                left if done < all && left >= 1.0 => {
                    format!(", about {} left", output::duration(left))
                }
                _ => String::new(),
            };
            let done_words = self.words.done;
            self.progress
                .note(&format!("{done} of {all} {done_words}{rest}"));
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<Tallied>) -> T) -> T {
        let jobs = self.jobs.lock();
        change(&mut jobs.expect("no thread fails while it holds the lock"))
    }
}

impl Tallied {
    fn counts(&self) -> bool {
        !matches!(self.state, State::Out)
    }

    fn took(&self) -> Option<Duration> {
        match self.state {
            State::Done { took } => Some(took),
            _ => None,
        }
    }
}

/// How long the jobs that are not done will take on so many threads, if a unit of cost takes as long
/// as it did.
fn seconds_left(jobs: &[Tallied], threads: usize, now: Instant) -> f64 {
    let (mut cost, mut seconds) = (0.0, 0.0);
    for job in jobs {
        if let Some(took) = job.took() {
            cost += job.cost;
            seconds += took.as_secs_f64();
        }
    }
    let pace = seconds / cost;
    let left = jobs.iter().filter_map(|job| match job.state {
        State::Waiting => Some(job.cost * pace),
        State::Running { since } => {
            let gone = now.duration_since(since).as_secs_f64();
            Some((job.cost * pace - gone).max(0.0))
        }
        State::Done { .. } | State::Out => None,
    });
    let (all, longest) = left.fold((0.0, 0.0_f64), |(all, longest), left| {
        (all + left, longest.max(left))
    });
    longest.max(all / threads as f64)
}

#[cfg(test)]
mod tests {
    //! Promise: the time that is left follows from what has been done, no thread does two jobs at once,
    //! and the costliest jobs come first.
    use super::*;

    fn job(cost: f64, state: State) -> Tallied {
        Tallied { cost, state }
    }

    #[test]
    fn what_is_left_takes_as_long_as_what_was_done() {
        let now = Instant::now() + Duration::from_secs(1_000);
        let running = State::Running {
            since: now - Duration::from_secs(6),
        };
        let done = State::Done {
            took: Duration::from_secs(20),
        };
        // Two seconds a unit: 14 s of a running job and 30 s of two waiting ones, on two threads.
        let jobs = [
            job(10.0, done),
            job(10.0, running),
            job(10.0, State::Waiting),
            job(5.0, State::Waiting),
            job(0.0, State::Out),
        ];
        assert_eq!(seconds_left(&jobs, 2, now), 22.0);
        // One long job is not done sooner for a second thread.
        let jobs = [job(10.0, done), job(10.0, running)];
        assert_eq!(seconds_left(&jobs, 2, now), 14.0);
        // What takes longer than it should is about to end.
        let jobs = [job(10.0, done), job(2.0, running)];
        assert_eq!(seconds_left(&jobs, 2, now), 0.0);
    }

    #[test]
    fn jobs_that_fail_or_were_there_do_not_count() {
        let costs = vec![Some(1.0), None, Some(2.0)];
        let words = Words {
            to_do: "networks to train",
            done: "networks trained",
        };
        let tally = Tally::begin(&Progress::Quiet, words, 2, costs);
        let counted = || tally.change(|jobs| jobs.iter().filter(|job| job.counts()).count());
        let done = || tally.change(|jobs| jobs.iter().filter(|job| job.took().is_some()).count());
        assert_eq!(counted(), 2);
        assert_eq!(tally.costliest_first(), [1, 2, 0]);
        for (index, successfully) in [(0, true), (1, true), (2, false)] {
            tally.begins(index);
            tally.ends(index, successfully);
        }
        assert_eq!((counted(), done()), (1, 1));
    }
}

//! How the time of a training image grows: with the hidden layer, the input, the phases, and the
//! number of runs side by side. All points of a series are measured in turn, several rounds, so
//! that a slow minute of the machine touches them all.

use std::hint::black_box;
use std::time::{Duration, Instant};

use segdend_core::data::{DataSet, ImageSet, Source};
use segdend_core::segregated::params::Parameters;

use crate::cases::{Case, Simulators};

const ROUNDS: usize = 5;
/// How long a point is measured in one round.
const SPELL: Duration = Duration::from_millis(250);
const WARM_UP: usize = 300;

/// One series: a size and the time of an image at it.
pub struct Series {
    pub name: &'static str,
    pub unit: &'static str,
    pub points: Vec<Point>,
}

pub struct Point {
    pub size: f64,
    /// Microseconds an image, one a round.
    pub rounds_us: Vec<f64>,
}

impl Point {
    pub fn median_us(&self) -> f64 {
        let mut sorted = self.rounds_us.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

impl Series {
    /// The exponent of `time = c size^exponent`, by least squares on logarithms.
    pub fn exponent(&self) -> f64 {
        let logs: Vec<(f64, f64)> = self
            .points
            .iter()
            .map(|point| (point.size.ln(), point.median_us().ln()))
            .collect();
        let n = logs.len() as f64;
        let mean = |f: fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / n;
        let (x, y) = (mean(|p| p.0), mean(|p| p.1));
        let covariance: f64 = logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
        covariance / logs.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
    }
}

/// Measures all series.
pub fn measure(data: &DataSet) -> Vec<Series> {
    vec![hidden(data), input(data), phases(data), side_by_side(data)]
}

fn spell(simulators: &mut Simulators<'_>) -> f64 {
    let (mut images, began) = (0, Instant::now());
    while began.elapsed() < SPELL {
        for _ in 0..10 {
            black_box(simulators.train());
        }
        images += 10;
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(images)
}

fn series(name: &'static str, unit: &'static str, cases: &[(f64, Case, &DataSet)]) -> Series {
    println!("growth: {name}");
    let mut simulators: Vec<_> = cases
        .iter()
        .map(|(_, case, data)| Simulators::warmed(case, data, WARM_UP))
        .collect();
    let mut points: Vec<Point> = cases
        .iter()
        .map(|&(size, ..)| Point {
            size,
            rounds_us: Vec::new(),
        })
        .collect();
    for _ in 0..ROUNDS {
        for (point, simulators) in points.iter_mut().zip(&mut simulators) {
            point.rounds_us.push(spell(simulators));
        }
    }
    Series { name, unit, points }
}

fn hidden(data: &DataSet) -> Series {
    let cases: Vec<_> = [125, 250, 500, 1_000, 2_000, 4_000, 8_000]
        .into_iter()
        .map(|units| {
            let case = Case::new("hidden", &[units], Parameters::default());
            (units as f64, case, data)
        })
        .collect();
    series("hidden layer", "units", &cases)
}

/// Images of which the first pixels are bright and the others dark.
fn bright(pixels: usize) -> DataSet {
    let images = || {
        let mut image = vec![0; 784];
        image[..pixels].fill(255);
        ImageSet::new(28, 28, image, vec![9]).expect("one image, one label")
    };
    let source = Source::IdxFiles {
        name: "bright pixels".to_owned(),
    };
    DataSet::new(source, images(), images()).expect("both sets alike")
}

fn input(_: &DataSet) -> Series {
    let sets: Vec<_> = [25, 50, 100, 200, 400, 784]
        .into_iter()
        .map(|pixels| (pixels as f64, bright(pixels)))
        .collect();
    let cases: Vec<_> = sets
        .iter()
        .map(|(pixels, data)| {
            let case = Case::new("input", &[500], Parameters::default());
            (pixels * case.parameters.lambda_max_per_ms, case, data)
        })
        .collect();
    series("input", "spikes per ms", &cases)
}

fn phases(data: &DataSet) -> Series {
    let cases: Vec<_> = [50, 100, 200, 400, 800]
        .into_iter()
        .map(|minimum_phase_ms| {
            let parameters = Parameters {
                minimum_phase_ms,
                ..Parameters::default()
            };
            let length = minimum_phase_ms as f64 + parameters.extra_phase_mean_ms;
            (length, Case::new("phases", &[500], parameters), data)
        })
        .collect();
    series("phase length", "ms", &cases)
}

/// Whole runs on threads of their own: the time of an image of one run, and so what a run loses to
/// those beside it.
fn side_by_side(data: &DataSet) -> Series {
    println!("growth: runs side by side");
    let case = Case::new("side by side", &[500], Parameters::default());
    let counts = [1, 2, 4];
    let mut points: Vec<Point> = counts
        .iter()
        .map(|&count| Point {
            size: count as f64,
            rounds_us: Vec::new(),
        })
        .collect();
    let mut runs: Vec<_> = (0..4)
        .map(|_| Simulators::warmed(&case, data, WARM_UP))
        .collect();
    for _ in 0..ROUNDS {
        for (point, &count) in points.iter_mut().zip(&counts) {
            let times: Vec<f64> = std::thread::scope(|scope| {
                let threads: Vec<_> = runs[..count]
                    .iter_mut()
                    .map(|run| scope.spawn(|| spell(run)))
                    .collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().expect("a run does not panic"))
                    .collect()
            });
            point
                .rounds_us
                .push(times.iter().sum::<f64>() / times.len() as f64);
        }
    }
    Series {
        name: "runs side by side",
        unit: "runs",
        points,
    }
}

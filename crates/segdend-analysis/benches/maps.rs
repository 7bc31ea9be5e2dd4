//! Time of what Figure 6C needs for 10,000 samples: neighbours, t-SNE maps, separation of classes.
//!
//! `cargo bench --locked -p segdend-analysis --bench maps` prints a table and writes
//! `benches/records/maps.csv`. The neighbour search is measured beside the plain one it stands for
//! (all distances from differences, in double precision), in one run, so that the ratio holds
//! whatever the machine does. MNIST's test images are read from the unpacked
//! `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` in `SEGDEND_DATA_DIR`; without them the
//! 784 columns are made up too, and the record says so.

mod common;

use common::Record;
use ndarray::{Array2, ArrayView2};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use segdend_analysis::{
    EmbeddingOptions, embed, nearest_neighbour_accuracy, principal_components, silhouette,
};
use std::path::Path;
use std::time::Instant;

const SAMPLES: usize = 10_000;

/// Three times the perplexity: what t-SNE asks for.
const NEIGHBOURS: usize = 90;

struct DataSet {
    name: String,
    rows: Array2<f64>,
    labels: Vec<u8>,
}

fn main() {
    let columns = "data,samples,dimensions,step,seconds,note";
    let mut record = Record::begin("maps", rayon::current_num_threads(), columns);
    for data in [
        mnist().unwrap_or_else(|| made_up(784)),
        made_up(500),
        made_up(100),
    ] {
        measure(&data, &mut record);
    }
    record.write();
}

fn measure(data: &DataSet, record: &mut Record) {
    let mut note = |step: &str, seconds: f64, note: String| {
        let (samples, dimensions) = data.rows.dim();
        let line = format!(
            "{},{samples},{dimensions},{step},{seconds:.2},{note}",
            data.name
        );
        record.line(&line);
    };
    let rows = data.rows.view();

    let (plain, plain_seconds) = timed(|| plain_search(rows));
    note("neighbour search; plain", plain_seconds, String::new());
    let (votes, seconds) =
        timed(|| nearest_neighbour_accuracy(rows, &data.labels, NEIGHBOURS).unwrap());
    let ratio = plain_seconds / seconds;
    note(
        "neighbour search with votes",
        seconds,
        format!("{ratio:.1} times faster"),
    );
    assert_eq!(votes.correct, plain_votes(&plain, &data.labels));
    let (found, seconds) = timed(|| silhouette(rows, &data.labels).unwrap());
    note("silhouette", seconds, format!("mean {:.4}", found.mean));

    let (found, seconds) = timed(|| principal_components(rows, 50).unwrap());
    let share = found.variances.iter().sum::<f64>() / found.total_variance;
    note(
        "50 principal components",
        seconds,
        format!("{share:.3} of the variance"),
    );

    let start = Instant::now();
    let mut first_epoch = 0.0;
    let options = EmbeddingOptions::default();
    let map = embed(rows, &options, |done| {
        if done == 1 {
            first_epoch = start.elapsed().as_secs_f64();
        }
    })
    .unwrap();
    let seconds = start.elapsed().as_secs_f64();
    note("t-SNE; first epoch done", first_epoch, String::new());
    note(
        "t-SNE; 1000 epochs",
        seconds,
        format!("KL {:.6}", map.kl_divergence),
    );
    let mapped = Array2::from_shape_fn((map.points.len(), 2), |(row, axis)| map.points[row][axis]);
    let (found, seconds) = timed(|| nearest_neighbour_accuracy(mapped.view(), &data.labels, 10));
    let accuracy = found.unwrap().accuracy;
    note(
        "votes of 10 in the map",
        seconds,
        format!("accuracy {accuracy:.4}"),
    );
    let (found, seconds) = timed(|| silhouette(mapped.view(), &data.labels).unwrap());
    note(
        "silhouette of the map",
        seconds,
        format!("mean {:.4}", found.mean),
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

/// Every distance from the difference of two rows, sixteen rows at a time, eight sums side by side.
fn plain_search(rows: ArrayView2<'_, f64>) -> Vec<Vec<usize>> {
    const BLOCK: usize = 16;
    let row = |index: usize| rows.row(index).to_slice().expect("rows lie in one piece");
    let samples = rows.nrows();
    (0..samples.div_ceil(BLOCK))
        .into_par_iter()
        .flat_map_iter(|block| {
            let members = block * BLOCK..samples.min((block + 1) * BLOCK);
            let mut distances = vec![Vec::with_capacity(samples); members.len()];
            for other in 0..samples {
                for (member, distances) in members.clone().zip(&mut distances) {
                    if member != other {
                        distances.push((squared_distance(row(member), row(other)), other));
                    }
                }
            }
            distances.into_iter().map(|mut others| {
                let nearer =
                    |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
                others.select_nth_unstable_by(NEIGHBOURS, nearer);
                others.truncate(NEIGHBOURS);
                others.sort_unstable_by(nearer);
                others.into_iter().map(|(_, index)| index).collect()
            })
        })
        .collect()
}

fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    let (left, left_rest) = left.as_chunks::<8>();
    let (right, right_rest) = right.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (left, right) in left.iter().zip(right) {
        for lane in 0..8 {
            sums[lane] += (left[lane] - right[lane]) * (left[lane] - right[lane]);
        }
    }
    let rest = left_rest
        .iter()
        .zip(right_rest)
        .map(|(a, b)| (a - b) * (a - b));
    sums.into_iter()
        .chain(rest)
        .fold(0.0, |total, square| total + square)
}

fn plain_votes(neighbours: &[Vec<usize>], labels: &[u8]) -> usize {
    let wins = |(sample, voters): (usize, &Vec<usize>)| {
        let mut votes = [0; 256];
        for &voter in voters {
            votes[usize::from(labels[voter])] += 1;
        }
        let most = votes.iter().max();
        let elected = voters
            .iter()
            .find(|&&voter| Some(&votes[usize::from(labels[voter])]) == most);
        elected.is_some_and(|&voter| labels[voter] == labels[sample])
    };
    neighbours
        .iter()
        .enumerate()
        .filter(|&entry| wins(entry))
        .count()
}

fn mnist() -> Option<DataSet> {
    let folder = std::env::var_os("SEGDEND_DATA_DIR")?;
    let read = |name| std::fs::read(Path::new(&folder).join(name)).ok();
    let images = read("t10k-images-idx3-ubyte")?;
    let labels = read("t10k-labels-idx1-ubyte")?;
    let pixels = images[16..]
        .iter()
        .map(|&pixel| f64::from(pixel) / 255.0)
        .collect();
    Some(DataSet {
        name: "MNIST test images".into(),
        rows: Array2::from_shape_vec((SAMPLES, 784), pixels).expect("ten thousand images"),
        labels: labels[8..].to_vec(),
    })
}

/// Rates of ten classes: about one unit in four of a class responds to it, all with noise.
fn made_up(dimensions: usize) -> DataSet {
    let mut state = 1_u64;
    let mut unit = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let tuning = Array2::from_shape_fn((10, dimensions), |_| (4.0 * unit() - 3.0).max(0.0));
    let rows = Array2::from_shape_fn((SAMPLES, dimensions), |(sample, dimension)| {
        tuning[(sample % 10, dimension)] * (0.5 + unit()) + 0.3 * unit()
    });
    DataSet {
        name: "made-up rates".into(),
        rows,
        labels: (0..SAMPLES).map(|sample| (sample % 10) as u8).collect(),
    }
}

//! The records: raw numbers with the machine, the compiler and the command.

use std::path::Path;

use segdend_core::data::DataSet;

use crate::growth::Series;
use crate::machine::write_record;
use crate::memory::Memory;

/// One line of criterion's measurements.
struct Measured {
    group: String,
    function: String,
    network: String,
    /// Microseconds an image, one a sample.
    samples_us: Vec<f64>,
}

impl Measured {
    fn median_us(&self) -> f64 {
        let mut sorted = self.samples_us.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

fn write(data: &DataSet, name: &str, body: &str) {
    println!("\n{body}");
    write_record(data, "just bench", name, body);
}

/// Writes what criterion measured in this run.
pub fn throughput(data: &DataSet, criterion_folder: &Path) {
    let all = measured(criterion_folder);
    let median = |group: &str, function: &str, network: &str| {
        all.iter()
            .find(|m| m.group == group && m.function == function && m.network == network)
            .map(Measured::median_us)
    };
    let mut body = String::from(
        "benchmark,simulator,network,samples,min_us,median_us,max_us,times_faster_than_reference,share_of_column_sums\n",
    );
    for m in &all {
        let extreme =
            |pick: fn(f64, f64) -> f64, start: f64| m.samples_us.iter().copied().fold(start, pick);
        let ratio = |other: &str| {
            let decimals = if other == "reference" { 1 } else { 3 };
            median(&m.group, other, &m.network)
                .map(|us| format!("{:.decimals$}", us / m.median_us()))
                .unwrap_or_default()
        };
        body.push_str(&format!(
            "{},{},\"{}\",{},{:.2},{:.2},{:.2},{},{}\n",
            m.group,
            m.function,
            m.network,
            m.samples_us.len(),
            extreme(f64::min, f64::INFINITY),
            m.median_us(),
            extreme(f64::max, 0.0),
            ratio("reference"),
            ratio("column sums"),
        ));
    }
    write(data, "throughput.csv", &body);
}

/// Writes the growth of an image's time.
pub fn growth(data: &DataSet, all: &[Series]) {
    let mut body = String::from("series,size,unit,rounds,min_us,median_us,max_us,exponent\n");
    for series in all {
        for point in &series.points {
            let mut sorted = point.rounds_us.clone();
            sorted.sort_by(f64::total_cmp);
            body.push_str(&format!(
                "{},{},{},{},{:.2},{:.2},{:.2},{:.3}\n",
                series.name,
                point.size,
                series.unit,
                sorted.len(),
                sorted[0],
                point.median_us(),
                sorted[sorted.len() - 1],
                series.exponent(),
            ));
        }
    }
    write(data, "growth.csv", &body);
}

/// Writes the memory of a run.
pub fn memory(data: &DataSet, all: &[Memory]) {
    let mut body = String::from("network,weights_bytes,live_bytes,peak_bytes\n");
    for m in all {
        body.push_str(&format!(
            "\"{}\",{},{},{}\n",
            m.network, m.weights, m.live, m.peak
        ));
    }
    write(data, "memory.csv", &body);
}

/// Reads what criterion left behind of this run.
fn measured(folder: &Path) -> Vec<Measured> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        folders.extend(
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_dir()),
        );
        if folder.file_name().is_none_or(|name| name != "new") {
            continue;
        }
        let json = |name: &str| -> Option<serde_json::Value> {
            serde_json::from_slice(&std::fs::read(folder.join(name)).ok()?).ok()
        };
        let (Some(benchmark), Some(sample)) = (json("benchmark.json"), json("sample.json")) else {
            continue;
        };
        let text = |key: &str| benchmark[key].as_str().unwrap_or_default().to_owned();
        let numbers = |key: &str| {
            sample[key]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(serde_json::Value::as_f64)
        };
        let samples_us = numbers("times")
            .zip(numbers("iters"))
            .map(|(ns, iterations)| ns / iterations / 1e3)
            .collect();
        all.push(Measured {
            group: text("group_id"),
            function: text("function_id"),
            network: text("value_str"),
            samples_us,
        });
    }
    all.retain(|m| !m.samples_us.is_empty());
    all.sort_by(|a, b| {
        (&a.group, &a.network, &a.function).cmp(&(&b.group, &b.network, &b.function))
    });
    all
}

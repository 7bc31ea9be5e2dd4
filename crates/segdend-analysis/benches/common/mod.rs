//! The record of a benchmark: what it ran on, then its table, printed as it grows.

use std::path::Path;
use std::process::Command;

/// A table with what stands above it.
pub struct Record {
    bench: &'static str,
    text: String,
}

impl Record {
    /// Begins a record with the command, the processor, how busy it is, and the compiler.
    pub fn begin(bench: &'static str, threads: usize, columns: &str) -> Self {
        let output = Command::new("rustc").arg("--version").output().ok();
        let compiler = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let information = read("/proc/cpuinfo");
        let processor = information
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
            .map_or("unknown", |(_, name)| name);
        let seen = std::thread::available_parallelism().map_or(1, usize::from);
        let load = read("/proc/loadavg");
        let mut record = Self {
            bench,
            text: format!(
                "# command: cargo bench --locked -p segdend-analysis --bench {bench}\n\
                 # processor: {processor}, {seen} threads seen, {threads} used; load when it began: {}\n\
                 # compiler: {}\n",
                load.split(' ').next().unwrap_or_default(),
                compiler.unwrap_or_default().trim(),
            ),
        };
        record.line(columns);
        record
    }

    /// Adds a line to the table.
    pub fn line(&mut self, line: &str) {
        println!("{line}");
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Writes the record to `benches/records`.
    pub fn write(self) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("benches/records")
            .join(format!("{}.csv", self.bench));
        std::fs::write(path, self.text).expect("the folder of records is part of the crate");
    }
}

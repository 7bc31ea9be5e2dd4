//! Records with the machine, the compiler and the command.

use std::path::PathBuf;

use segdend_core::data::DataSet;
use segdend_core::segregated::engine::SimdLevel;

/// Writes `body` to `benches/records/<name>` under a heading that says where it comes from.
pub fn write_record(data: &DataSet, command: &str, name: &str, body: &str) {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_matches([' ', '\t', ':']));
    let compiler =
        std::process::Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into()))
            .arg("--version")
            .output()
            .map_or_else(
                |_| "unknown".to_owned(),
                |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            );
    let record = format!(
        "# command: {command}\n# processor: {cpu}, {} threads; registers: {:?}\n# compiler: {compiler}\n# data: {}\n{body}",
        std::thread::available_parallelism().map_or(0, usize::from),
        SimdLevel::detect(),
        data.source(),
    );
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/records");
    std::fs::create_dir_all(&folder).expect("the records' folder");
    std::fs::write(folder.join(name), record).expect("the record");
    println!("\nwritten to benches/records/{name}");
}

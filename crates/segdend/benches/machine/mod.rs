//! Records with the machine, the compiler and the command.

use std::path::Path;

/// Writes `body` to `benches/records/<name>` under a heading that says where it comes from, and
/// prints it. `threads` says how many of the processor's threads were used, `data` on what.
pub fn write_record(name: &str, command: &str, threads: &str, data: &str, body: &str) {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let information = read("/proc/cpuinfo");
    let processor = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, name)| name);
    let seen = std::thread::available_parallelism().map_or(1, usize::from);
    let compiler = std::process::Command::new("rustc")
        .arg("--version")
        .output();
    let compiler = compiler.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    );
    let record = format!(
        "# command: {command}\n\
         # processor: {processor}, {seen} threads seen, {threads}; load when it ended: {}\n\
         # compiler: {compiler}\n\
         # data: {data}\n\
         {body}",
        read("/proc/loadavg").split(' ').next().unwrap_or_default(),
    );
    println!("{record}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/records");
    std::fs::create_dir_all(&folder).expect("the records' folder");
    std::fs::write(folder.join(name), record).expect("the record");
}

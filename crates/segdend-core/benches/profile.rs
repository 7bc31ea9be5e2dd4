//! Where the time of a training image goes, stage by stage, for every network of the paper.
//!
//! `just profile` runs it and writes `benches/records/profile.csv`.

#[allow(
    dead_code,
    reason = "shared with the other benchmark, which uses the rest"
)]
#[path = "throughput/cases.rs"]
mod cases;
#[path = "throughput/machine.rs"]
mod machine;

use segdend_core::segregated::engine::{Section, SectionTimes};

use cases::{Simulators, cases, data};

const IMAGES: u32 = 5_000;

fn main() {
    // `cargo test` runs benchmarks once, without measuring.
    let images = if std::env::args().any(|argument| argument == "--bench") {
        IMAGES
    } else {
        1
    };
    let data = data();
    let mut body = String::from("network,stage,us_per_image,percent,ns_per_step\n");
    for case in &cases() {
        let mut simulators = Simulators::new(case, &data);
        let mut times = SectionTimes::default();
        let mut steps = 0;
        for _ in 0..images {
            steps += simulators.time(&mut times);
        }
        let total = times.total().as_secs_f64();
        println!(
            "\n{}: {:.1} us an image, {:.0} ns a step",
            case.name,
            1e6 * total / f64::from(images),
            1e9 * total / steps as f64
        );
        for stage in Section::ALL {
            let time = times.of(stage).as_secs_f64();
            let (us, percent) = (1e6 * time / f64::from(images), 100.0 * time / total);
            let bar = "#".repeat((percent / 2.0).round() as usize);
            println!(
                "  {:<10} {us:8.2} us {percent:5.1} % {bar}",
                format!("{stage:?}")
            );
            body.push_str(&format!(
                "\"{}\",{stage:?},{us:.3},{percent:.2},{:.2}\n",
                case.name,
                1e9 * time / steps as f64
            ));
        }
    }
    if images == IMAGES {
        machine::write_record(&data, "just profile", "profile.csv", &body);
    }
}

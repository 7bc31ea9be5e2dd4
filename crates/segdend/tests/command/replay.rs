//! Promise: a trace of recorded spikes is replayed through either engine, every deviation is shown,
//! and the exit code is the verdict: 0 within the tolerance, 1 beyond it, 2 not to be used.
//!
//! Alone: `cargo test --release -p segdend --test command replay`

use std::fs;

use crate::common::Project;
use ndarray::{Array1, Array2};
use segdend_core::data::digits;
use segdend_core::rng::{Purpose, StreamKey};
use segdend_core::segregated::engine::Engine;
use segdend_core::segregated::example::{Example, SpikeDrive};
use segdend_core::segregated::mechanisms::{FeedbackWeights, Mechanisms};
use segdend_core::segregated::network::Network;
use segdend_core::segregated::params::{AveragingWindow, Parameters};
use segdend_core::segregated::record::PhaseRecord;
use segdend_core::segregated::reference::Reference;
use segdend_core::segregated::schedule::Schedule;
use serde_json::{Value, json};

fn network(network: &Network) -> Value {
    let rows = |matrix: &Array2<f64>| {
        matrix
            .rows()
            .into_iter()
            .map(|row| row.to_vec())
            .collect::<Vec<_>>()
    };
    json!({
        "W": network.weights.iter().map(rows).collect::<Vec<_>>(),
        "b": network.biases.iter().map(|bias| bias.to_vec()).collect::<Vec<_>>(),
        "Y": network.feedback.iter().map(rows).collect::<Vec<_>>(),
    })
}

fn phase(record: &PhaseRecord, spikes: &[Vec<Vec<(u32, u32)>>]) -> Value {
    json!({
        "spikes": spikes,
        "mean_soma": record.mean_soma,
        "mean_rate": record.mean_rate,
        "plateau": record.plateau,
        "final_soma": record.final_soma,
    })
}

/// A session of two examples in the format of the traces, computed by the reference.
fn trace() -> Value {
    trace_of(
        &[784, 8, 10],
        Parameters::default(),
        FeedbackWeights::Random,
    )
}

/// The same with these sizes, parameters and feedback.
fn trace_of(sizes: &[usize], p: Parameters, feedback_weights: FeedbackWeights) -> Value {
    let p = p.valid().unwrap();
    let data = digits::generate(1, 2, 0);
    let mechanisms = Mechanisms {
        feedback_weights,
        ..Mechanisms::default()
    };
    let rates = vec![0.21; sizes.len() - 1];
    let initial = Network::initial(sizes, &p, mechanisms.feedback_weights, 3).unwrap();
    let mut reference =
        Reference::new(p.clone(), mechanisms, rates.clone(), initial.clone()).unwrap();
    let mut engine = Engine::new(p.clone(), mechanisms, rates.clone(), &initial).unwrap();
    let mut examples = Vec::new();
    for index in 0..2 {
        let (image, label, number) = (
            data.train().image(index),
            data.train().label(index),
            index as u64,
        );
        let schedule = Schedule::draw(
            &p,
            mechanisms.plateau_timing,
            &sizes[1..sizes.len() - 1],
            3,
            1,
            number,
        );
        let key = |purpose| StreamKey::new(3, purpose, 1, number);
        let drawn = SpikeDrive::Free(key(Purpose::TrainingSpikes));
        let noise = key(Purpose::FeedbackNoise);
        let (observed, presented) = engine.observe(&Example {
            image,
            label,
            schedule: &schedule,
            spikes: drawn,
            noise,
        });
        engine.learn(presented);
        let spikes = observed.spikes;
        let brightness = Array1::from_iter(image.iter().map(|&pixel| f64::from(pixel) / 255.0));
        let record = reference.present(&brightness, label, &schedule, &mut &spikes);
        reference.learn(&record, noise);
        let mut target = phase(&record.target, &spikes.phases[1].steps);
        target["delta"] = json!(record.delta);
        examples.push(json!({
            "image": brightness.to_vec(),
            "label": label,
            "forward_steps": schedule.steps[0],
            "target_steps": schedule.steps[1],
            "forward": phase(&record.forward, &spikes.phases[0].steps),
            "target": target,
            "after": network(reference.network()),
        }));
    }
    json!({
        "sizes": sizes,
        "params": {
            "lambda_max": p.lambda_max_per_ms, "tau_s": p.tau_short_ms, "tau_L": p.tau_long_ms, "g_B": p.basal_conductance,
            "g_A": 0.0, "g_L": p.leak_conductance, "g_D": p.dendritic_conductance, "E_E": 8.0, "E_I": -8.0,
        },
        "kernel_memory_steps": 10,
        "averaging_steps": match p.averaging_window {
            AveragingWindow::LastSteps(steps) => json!(steps),
            AveragingWindow::AfterSettling => Value::Null,
        },
        "settle_steps": p.settle_ms,
        "flags": {
            "use_rand_phase_lengths": true,
            "use_spiking_feedback": true,
            "use_symmetric_weights": feedback_weights == FeedbackWeights::Symmetric,
        },
        "learning_rates": rates,
        "initial": network(&initial),
        "examples": examples,
    })
}

#[test]
fn verdicts_and_exit_codes() {
    let project = Project::new();
    let write = |name: &str, text: &str| fs::write(project.path().join(name), text).unwrap();
    let good = trace();
    write("good.json", &good.to_string());
    let mut corrupted = good.clone();
    let voltage = &mut corrupted["examples"][1]["forward"]["mean_soma"][0][3];
    *voltage = json!(voltage.as_f64().unwrap() + 1e-3);
    write("corrupted.json", &corrupted.to_string());
    write("cut.json", &good.to_string()[..1000]);

    for engine in ["reference", "fast"] {
        let within = project
            .run(&["replay", "good.json", "--engine", engine])
            .expect(0);
        for part in [
            "forward.mean_soma",
            "delta",
            "after.W",
            "within the tolerance",
        ] {
            assert!(within.stdout.contains(part), "{part}: {within:#?}");
        }
        let beyond = project
            .run(&["replay", "corrupted.json", "--engine", engine])
            .expect(1);
        assert!(
            beyond.stdout.contains("1, 0, 3") && beyond.stdout.contains("BEYOND"),
            "{beyond:#?}"
        );
        project
            .run(&[
                "replay",
                "corrupted.json",
                "--engine",
                engine,
                "--tolerance",
                "0.01",
            ])
            .expect(0);
    }
    let json = project
        .run(&["replay", "good.json", "corrupted.json", "--json"])
        .expect(1)
        .json();
    assert_eq!(
        (&json[0]["verdict"], &json[1]["verdict"]),
        (&"within".into(), &"beyond".into())
    );
    let largest = |quantity: &str| {
        let deviations = json[1]["deviations"].as_array().unwrap();
        let found = deviations
            .iter()
            .find(|deviation| deviation["quantity"] == quantity)
            .unwrap();
        found["largest"].as_f64().unwrap()
    };
    assert!((largest("forward.mean_soma") - 1e-3).abs() < 1e-12 && largest("after.W") < 1e-12);
    // The worst file decides, and the others are still shown.
    let mixed = project
        .run(&["replay", "cut.json", "missing.json", "good.json"])
        .expect(2)
        .says(&["cut.json", "missing.json"]);
    assert!(mixed.stdout.contains("good.json: within"), "{mixed:#?}");
    project
        .run(&["replay", "good.json", "--tolerance", "-1"])
        .expect(2)
        .says(&["expected zero or a positive number"]);
    project.run(&["replay"]).expect(2).says(&["TRACE"]);
}

/// Feedback that is tied to the weights is compared, not taken as it is; averages over all after
/// settling are a setting of the trace.
#[test]
fn symmetric_feedback_and_growing_windows() {
    let project = Project::new();
    let write = |name: &str, trace: &Value| {
        fs::write(project.path().join(name), trace.to_string()).unwrap();
    };
    let p = Parameters::authors_2017_03_15();
    let good = trace_of(&[784, 8, 6, 10], p, FeedbackWeights::Symmetric);
    assert_eq!(good["averaging_steps"], Value::Null);
    write("good.json", &good);
    // What is added to a matrix of the last example is carried into nothing else.
    let mut other = good.clone();
    let entry = &mut other["examples"][1]["after"]["Y"][0][2][1];
    *entry = json!(entry.as_f64().unwrap() + 0.5);
    write("other.json", &other);
    let mut window = good.clone();
    window["averaging_steps"] = json!(20);
    write("window.json", &window);
    let mut stochastic = good.clone();
    stochastic["flags"]["use_rand_plateau_times"] = json!(true);
    write("stochastic.json", &stochastic);
    for engine in ["reference", "fast"] {
        let replay = |name: &str| project.run(&["replay", name, "--engine", engine]);
        let within = replay("good.json").expect(0);
        assert!(within.stdout.contains("after.Y"), "{within:#?}");
        let beyond = replay("other.json").expect(1);
        let line = beyond.stdout.lines().find(|line| line.contains("after.Y"));
        assert!(
            line.unwrap().contains("BEYOND") && beyond.stdout.contains("in 1 of"),
            "{beyond:#?}"
        );
        replay("window.json").expect(1);
        replay("stochastic.json")
            .expect(2)
            .says(&["averaging_steps is null"]);
    }
}

/// What a file claims is checked before memory is taken for it.
#[test]
fn impossible_traces_are_refused() {
    let project = Project::new();
    let good = trace();
    let refused = |change: &dyn Fn(&mut Value), named: &str| {
        let mut bad = good.clone();
        change(&mut bad);
        fs::write(project.path().join("bad.json"), bad.to_string()).unwrap();
        let replayed = project.run(&["replay", "bad.json"]).expect(2);
        replayed.says(&["bad.json", named]);
    };
    refused(
        &|t| t["examples"][0]["forward"]["spikes"][3][0] = json!([[0, u32::MAX]]),
        "the number of spikes of a layer in a step is 4294967295",
    );
    refused(
        &|t| t["examples"][0]["label"] = json!(10),
        "the label is 10",
    );
    refused(&|t| t["params"]["g_B"] = json!(1.9), "add up to 2 S");
    refused(
        &|t| t["params"]["lambda_max"] = json!(1.5),
        "lambda_max_per_ms",
    );
}

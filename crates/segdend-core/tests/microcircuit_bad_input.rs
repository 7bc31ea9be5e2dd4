//! Promise: parameters, weights, patterns and traces that cannot be used are refused with an error that
//! names the field (and file) and its bound; nothing panics, and memory stays bounded.

use std::io::Write;
use std::path::Path;

use segdend_core::data::patterns::Sample;
use segdend_core::microcircuit::engine::{self, Continuous, Noise};
use segdend_core::microcircuit::network::{InitialWeights, NetworkError, Synapses};
use segdend_core::microcircuit::params::*;
use segdend_core::microcircuit::pattern::PatternError;
use segdend_core::microcircuit::reference::Reference;
use segdend_core::microcircuit::replay::{MOST_BYTES, Trace, TraceError};
use segdend_core::microcircuit::transfer::Transfer;
use serde_json::{Value, json};

const SIZES: [usize; 3] = [3, 4, 2];

fn circuit() -> CircuitParameters {
    CircuitParameters {
        conductances: Conductances::default(),
        transfer: Transfer::PAPER,
        learning_rates: LearningRates::none(&SIZES),
        bias_rate: 0.0,
        weight_limit: None,
    }
}

#[test]
fn parameters_out_of_bounds_are_named() {
    type Change = fn(&mut ContinuousParameters);
    let changes: [(&str, Change); 22] = [
        ("conductances.leak", |p| p.circuit.conductances.leak = 0.0),
        ("conductances.basal", |p| {
            p.circuit.conductances.basal = -1.0
        }),
        ("conductances.dendritic", |p| {
            p.circuit.conductances.dendritic = f64::NAN
        }),
        ("conductances.apical", |p| {
            p.circuit.conductances.apical = -0.1
        }),
        ("conductances.somatic", |p| {
            p.circuit.conductances.somatic = f64::INFINITY
        }),
        ("transfer.gamma", |p| {
            p.circuit.transfer = soft(0.0, 1.0, 3.0)
        }),
        ("transfer.beta", |p| {
            p.circuit.transfer = soft(1.0, -1.0, 3.0)
        }),
        ("transfer.theta", |p| {
            p.circuit.transfer = soft(1.0, 1.0, f64::NAN)
        }),
        ("bias_rate", |p| p.circuit.bias_rate = -1.0),
        ("weight_limit", |p| p.circuit.weight_limit = Some(0.0)),
        ("learning_rates.up", |p| {
            p.circuit.learning_rates.up[1] = -0.1
        }),
        ("learning_rates.ip", |p| {
            p.circuit.learning_rates.ip[0] = f64::NAN
        }),
        ("learning_rates.pi", |p| {
            p.circuit.learning_rates.pi = vec![]
        }),
        ("learning_rates.down", |p| {
            p.circuit.learning_rates.down = vec![0.0; 2]
        }),
        ("dt_ms", |p| p.dt_ms = 0.0),
        ("dt_ms", |p| p.dt_ms = 1.2),
        ("tau_w_ms", |p| p.tau_w_ms = 0.01),
        ("filter_tau_ms", |p| p.filter_tau_ms = 0.05),
        ("sigma", |p| p.sigma = -0.1),
        ("plasticity_lag_ms", |p| p.plasticity_lag_ms = -1.0),
        ("pattern_ms", |p| p.pattern_ms = 1e9),
        ("average_ms", |p| p.average_ms = 101.0),
    ];
    for (field, change) in changes {
        let mut parameters = ContinuousParameters::new(circuit());
        assert!(parameters.clone().validate(&SIZES).is_ok());
        change(&mut parameters);
        let error = parameters.validate(&SIZES).unwrap_err().to_string();
        assert!(error.contains(&format!("`{field}`")), "{field}: {error}");
    }
    for sizes in [&[3][..], &[], &[3, 0, 2], &[3, MOST_UNITS + 1, 2]] {
        let error = ContinuousParameters::new(circuit())
            .validate(sizes)
            .unwrap_err();
        assert!(matches!(error, ParameterError::Sizes { .. }), "{error}");
    }
    let unknown = r#"{"circuit": {"transfer": {"kind": "logistic"}, "learning_rates": {"up": [0], "ip": [], "pi": [], "down": []}}, "noize": 1}"#;
    let error = serde_json::from_str::<ContinuousParameters>(unknown)
        .unwrap_err()
        .to_string();
    assert!(error.contains("noize"), "{error}");
    let known = unknown.replace(r#", "noize": 1"#, "");
    let parameters: ContinuousParameters = serde_json::from_str(&known).unwrap();
    assert_eq!((parameters.dt_ms, parameters.pattern_steps()), (0.1, 1000));
}

fn soft(gamma: f64, beta: f64, theta: f64) -> Transfer {
    Transfer::SoftRectifier { gamma, beta, theta }
}

#[test]
fn unstable_two_pass_rates_need_a_flag() {
    // The paper's regression rates for 100 ms, with the logistic function: eta_pi |r_I|^2 up to 5.9.
    let sizes = [30, 50, 10];
    let with = |transfer: Transfer, pi: f64, ip: f64| {
        let learning_rates = LearningRates {
            ip: vec![ip],
            pi: vec![pi],
            ..LearningRates::none(&sizes)
        };
        let circuit = CircuitParameters {
            transfer,
            learning_rates,
            ..circuit()
        };
        TwoPassParameters::new(circuit, 1)
    };
    let error = with(Transfer::Logistic, 0.593_75, 0.118_75)
        .validate(&sizes)
        .unwrap_err();
    assert!(
        matches!(
            error,
            ParameterError::Unstable {
                family: "pi",
                layer: 1,
                ..
            }
        ),
        "{error}"
    );
    let error = with(Transfer::Logistic, 0.0, 1.0)
        .validate(&sizes)
        .unwrap_err();
    assert!(
        matches!(
            error,
            ParameterError::Unstable {
                family: "ip",
                layer: 1,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("allow_unstable_rates"));
    let mut knowingly = with(Transfer::Logistic, 0.593_75, 0.118_75);
    knowingly.allow_unstable_rates = true;
    assert!(knowingly.validate(&sizes).is_ok());
    assert!(
        with(Transfer::PAPER, 0.593_75, 0.118_75)
            .validate(&sizes)
            .is_ok()
    );
    // Sums over a batch count as often as it has patterns.
    let mut summed = with(Transfer::Logistic, 0.02, 0.0);
    summed.batch_size = 10;
    assert!(summed.clone().validate(&sizes).is_ok());
    summed.batch_reduction = BatchReduction::Sum;
    assert!(summed.validate(&sizes).is_err());
    let mut none = with(Transfer::PAPER, 0.0, 0.0);
    none.batch_size = 0;
    assert!(
        none.validate(&sizes)
            .unwrap_err()
            .to_string()
            .contains("`batch_size`")
    );
}

#[test]
fn weights_and_patterns_that_do_not_fit_are_named() {
    let parameters = || {
        ContinuousParameters::new(circuit())
            .validate(&SIZES)
            .unwrap()
    };
    let initial = Synapses::random(&SIZES, InitialWeights::uniform(1.0), 1).unwrap();
    let other = Synapses::random(&[3, 5, 2], InitialWeights::uniform(1.0), 1).unwrap();
    let error = Reference::new(parameters(), other.clone()).unwrap_err();
    assert!(
        matches!(error, NetworkError::Shape { layer: 0, .. }),
        "{error}"
    );
    let mut short = initial.clone();
    short.pi.clear();
    let error = Continuous::new(parameters(), &short).unwrap_err();
    assert!(error.to_string().contains("`pi`"), "{error}");
    let mut infinite = initial.clone();
    infinite.ip_bias[0][1] = f64::INFINITY;
    let error = Continuous::new(parameters(), &infinite).unwrap_err();
    assert!(error.to_string().contains("`ip_bias[0]`"), "{error}");
    for half_width in [-1.0, f64::NAN] {
        let bad = InitialWeights::uniform(half_width);
        assert!(matches!(
            Synapses::random(&SIZES, bad, 1),
            Err(NetworkError::HalfWidth { .. })
        ));
    }
    assert!(matches!(
        Synapses::random(&[3], InitialWeights::uniform(1.0), 1),
        Err(NetworkError::Sizes { .. })
    ));

    let mut circuit_of = Continuous::new(parameters(), &initial).unwrap();
    let two_pass = TwoPassParameters::new(circuit(), 2)
        .validate(&SIZES)
        .unwrap();
    let mut batches = engine::TwoPass::new(two_pass, &initial).unwrap();
    let sample = |input: &[f64], target: &[f64]| Sample {
        input: input.to_vec(),
        target: target.to_vec(),
    };
    let bad = [
        sample(&[0.0; 2], &[0.0; 2]),
        sample(&[0.0; 3], &[0.0; 3]),
        sample(&[0.0; 3], &[]),
        sample(&[0.0, f64::NAN, 0.0], &[0.0; 2]),
        sample(&[0.0; 3], &[1e300, 0.0]),
    ];
    for sample in &bad {
        let how = circuit_of.training();
        assert!(
            circuit_of.present(sample, how, Noise::Silent).is_err(),
            "{sample:?}"
        );
        assert!(
            batches.present(std::slice::from_ref(sample)).is_err(),
            "{sample:?}"
        );
    }
    let good = sample(&[0.0; 3], &[0.0; 2]);
    for size in [0, 3] {
        let error = batches.present(&vec![good.clone(); size]).unwrap_err();
        assert!(
            matches!(error, PatternError::BatchSize { most: 2, .. }),
            "{error}"
        );
    }
    assert!(batches.tester().outputs(&[vec![0.0; 2]]).is_err());
    assert!(circuit_of.tester().respond(&[0.0; 4]).is_err());
    // A test needs no target.
    let how = circuit_of.test();
    assert!(
        circuit_of
            .present(&sample(&[0.0; 3], &[]), how, Noise::Silent)
            .is_ok()
    );
}

fn trace() -> Value {
    json!({
        "format": "micro-continuous/1",
        "sizes": [2, 2, 1],
        "conductances": { "g_lk": 0.1, "g_B": 1.0, "g_D": 1.0, "g_A": 0.8, "g_som": 0.8 },
        "transfer": { "kind": "logistic" },
        "dt_ms": 0.1,
        "tau_w_ms": 30.0,
        "input_filter_tau_ms": 3.0,
        "target_filter": true,
        "filter_start": "first pattern",
        "sigma": 0.1,
        "learning_rates": { "up": [0.1, 0.1], "ip": [0.1], "pi": [0.1], "down": [0.0] },
        "initial": {
            "W_up": [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]],
            "W_ip": [[[0.1, 0.1]]],
            "W_pi": [[[0.1], [0.1]]],
            "W_down": [[[0.1], [0.1]]]
        },
        "patterns": [{
            "input": [0.1, 0.9],
            "target": [0.5],
            "steps": 2,
            "nudging": true,
            "plastic": true,
            "noise": {
                "pyramidal": [[[0.0, 0.0], [0.0, 0.0]], [[0.0], [0.0]]],
                "interneuron": [[[0.0], [0.0]]]
            },
            "records": [{ "after_step": 1 }, { "after_step": 2 }]
        }]
    })
}

fn read(folder: &Path, text: &[u8]) -> Result<Trace, TraceError> {
    let path = folder.join("trace.json");
    std::fs::write(&path, text).unwrap();
    Trace::read(&path)
}

#[test]
fn traces_that_do_not_fit_are_named_with_file_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    read(folder, trace().to_string().as_bytes()).unwrap();
    assert!(matches!(
        Trace::read(&folder.join("none")),
        Err(TraceError::Io { .. })
    ));
    for (pointer, value, expected) in [
        ("/format", json!("micro/9"), "format"),
        ("/filter_start", json!("zero"), "filter_start"),
        ("/sizes", json!([2, 3, 1]), "up[0]"),
        ("/sizes", json!([2, 60_000, 60_000]), "up[0]"),
        ("/sizes", json!([2]), "sizes"),
        ("/dt_ms", json!(-1.0), "dt_ms"),
        ("/conductances/g_B", json!(0.0), "conductances.basal"),
        ("/transfer/kind", json!("cubic"), "cubic"),
        ("/noise_scaling", json!("cube"), "cube"),
        ("/learning_rates/ip", json!([]), "learning_rates.ip"),
        ("/initial/W_up/0/1", json!([0.1]), "initial.W_up[0][1]"),
        ("/initial/W_pi", json!([]), "pi"),
        ("/initial/W_up/0/0/0", json!("x"), "not a trace"),
        (
            "/patterns/0/steps",
            json!(10_000_000_000_u64),
            "patterns[0].steps",
        ),
        (
            "/patterns/0/steps",
            json!(1),
            "patterns[0].records[1].after_step",
        ),
        ("/patterns/0/input", json!([0.1]), "patterns[0]"),
        ("/patterns/0/target", json!([]), "patterns[0]"),
        (
            "/patterns/0/records/0/after_step",
            json!(0),
            "patterns[0].records[0].after_step",
        ),
        ("/patterns/0/records/0/after_step", json!(-1), "not a trace"),
        (
            "/patterns/0/noise/pyramidal",
            json!([]),
            "patterns[0].noise.pyramidal",
        ),
        (
            "/patterns/0/noise/interneuron/0",
            json!([[0.0]]),
            "patterns[0].noise.interneuron[0]",
        ),
        (
            "/patterns/0/noise/pyramidal/0/1",
            json!([0.0]),
            "patterns[0].noise.pyramidal[0][1]",
        ),
    ] {
        let mut trace = trace();
        match trace.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => trace[&pointer[1..]] = value,
        }
        let error = read(folder, trace.to_string().as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains("trace.json"), "{pointer}: {error}");
        assert!(error.contains(expected), "{pointer}: {error}");
    }
    let whole = trace().to_string();
    for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
        assert!(matches!(
            read(folder, &whole.as_bytes()[..cut]),
            Err(TraceError::Json { .. })
        ));
    }
}

#[test]
fn a_trace_that_unpacks_to_too_much_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..=MOST_BYTES >> 20 {
        packed.write_all(&zeros).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 2 << 20);
    assert!(matches!(
        read(folder.path(), &packed),
        Err(TraceError::TooLarge { .. })
    ));
    let half = &packed[..packed.len() / 2];
    assert!(read(folder.path(), half).is_err());
}

//! Panels over milliseconds: Figures 3C, 4A, 4B, 6-S1A, 9A and 10B.

use segdend_figures::{
    ApicalAttenuation, ExamplePhases, PhaseLengths, Phases, PlateauRaster, TimingPrediction,
    TimingProtocol, TransmitAndPlateau, apical_attenuation, phase_lengths, phases, plateau_raster,
    timing_prediction, transmit_and_plateau,
};

use crate::chance::{Chance, image_of};
use crate::{Drawn, invented};

pub fn panels() -> Vec<Drawn> {
    vec![
        ("fig3c", transmit_and_plateau(&one_neuron())),
        ("fig4a", phases(&two_examples())),
        ("fig4b", phase_lengths(&lengths())),
        ("fig6s1a", plateau_raster(&raster())),
        ("fig9a", apical_attenuation(&attenuation())),
        ("fig10b", timing_prediction(&prediction())),
    ]
}

fn one_neuron() -> TransmitAndPlateau {
    let mut chance = Chance::new(3);
    let time_ms: Vec<f64> = (0..55).map(f64::from).collect();
    let mut filtered = |mean: f64, noise: f64, rise_ms: f64| -> Vec<f64> {
        let mut wander = 0.0;
        let value = |time: &f64| {
            wander = 0.7 * wander + noise * chance.normal();
            mean * (1.0 - (-time / rise_ms).exp()) + wander
        };
        time_ms.iter().map(value).collect()
    };
    let apical = filtered(0.8, 0.35, 6.0);
    let basal = filtered(-1.6, 0.5, 9.0);
    let soma: Vec<f64> = basal.iter().map(|voltage| voltage * 0.857).collect();
    let late = &apical[30..];
    let mean = late.iter().sum::<f64>() / late.len() as f64;
    let spikes = soma.iter().zip(&time_ms);
    let spikes = spikes.filter(|(voltage, _)| chance.happens(0.2 / (1.0 + (-**voltage).exp())));
    TransmitAndPlateau {
        title: "Transmit and plateau of one hidden neuron".into(),
        stamp: invented(),
        spike_times_ms: spikes.map(|(_, &time)| time).collect(),
        averaged_ms: (30.0, 54.0),
        mean_apical_voltage_v: mean,
        plateau_potential: 1.0 / (1.0 + (-mean).exp()),
        apical_voltage_v: apical,
        soma_voltage_v: soma,
        basal_voltage_v: basal,
        time_ms,
    }
}

fn two_phases(chance: &mut Chance) -> Vec<ExamplePhases> {
    let mut start = 0.0;
    [9, 4]
        .into_iter()
        .map(|digit| {
            let target = start + 50.0 + (6.0 * chance.even()).round();
            let end = target + 50.0 + (6.0 * chance.even()).round();
            let phases = ExamplePhases {
                digit,
                forward_start_ms: start,
                target_start_ms: target,
                end_ms: end,
                image: Some(image_of(digit, chance)),
            };
            start = end;
            phases
        })
        .collect()
}

fn two_examples() -> Phases {
    let mut chance = Chance::new(4);
    let examples = two_phases(&mut chance);
    let end = examples[1].end_ms;
    let time_ms: Vec<f64> = (0..end as usize).map(|time| time as f64).collect();
    let output_rates_hz = (0..10_u8)
        .map(|unit| {
            let mut rate = 20.0;
            let value = |&time: &f64| {
                let example = &examples[usize::from(time >= examples[0].end_ms)];
                let is_target = example.digit == unit;
                let goal = match (time >= example.target_start_ms, is_target) {
                    (true, true) => 200.0,
                    (true, false) => 0.0,
                    (false, true) => 90.0,
                    (false, false) => 12.0 + f64::from(unit) * 2.0,
                };
                rate += 0.3 * (goal - rate) + 4.0 * chance.normal();
                rate = rate.clamp(0.0, 200.0);
                rate
            };
            time_ms.iter().map(value).collect()
        })
        .collect();
    let plateau_times_ms = examples
        .iter()
        .flat_map(|one| [one.target_start_ms, one.end_ms])
        .collect();
    Phases {
        title: "Phases of two training examples".into(),
        stamp: invented(),
        examples,
        time_ms,
        output_rates_hz,
        plateau_times_ms,
    }
}

/// A sample of an inverse Gaussian (Michael, Schucany and Haas).
fn inverse_gaussian(mean: f64, shape: f64, chance: &mut Chance) -> f64 {
    let square = chance.normal().powi(2);
    let root = (4.0 * mean * shape * square + (mean * square).powi(2)).sqrt();
    let smaller = mean + mean / (2.0 * shape) * (mean * square - root);
    if chance.even() <= mean / (mean + smaller) {
        smaller
    } else {
        mean * mean / smaller
    }
}

fn lengths() -> PhaseLengths {
    let mut chance = Chance::new(5);
    let (mean, shape) = (2.0, 1.0);
    let mut sample = || {
        (0..5000)
            .map(|_| 50.0 + inverse_gaussian(mean, shape, &mut chance))
            .collect::<Vec<f64>>()
    };
    let density_at_ms: Vec<f64> = (0..400).map(|step| 50.0 + f64::from(step) * 0.05).collect();
    let density = |&at: &f64| {
        let x = at - 50.0;
        if x <= 0.0 {
            return 0.0;
        }
        let scale = (shape / (std::f64::consts::TAU * x.powi(3))).sqrt();
        scale * (-shape * (x - mean).powi(2) / (2.0 * mean * mean * x)).exp()
    };
    PhaseLengths {
        title: "Sampled phase lengths".into(),
        stamp: invented(),
        forward_ms: sample(),
        target_ms: sample(),
        density_per_ms: density_at_ms.iter().map(density).collect(),
        density_at_ms,
    }
}

fn raster() -> PlateauRaster {
    let mut chance = Chance::new(6);
    let examples = two_phases(&mut chance);
    let ends: Vec<f64> = examples
        .iter()
        .flat_map(|one| [one.target_start_ms, one.end_ms])
        .collect();
    let mut delay = || loop {
        let delay = 3.0_f64.sqrt() * chance.normal().abs();
        if delay <= 5.0 {
            return delay;
        }
    };
    PlateauRaster {
        title: "Stochastic plateau potentials".into(),
        stamp: invented(),
        plateau_times_ms: (0..100)
            .map(|_| ends.iter().map(|end| end - delay()).collect())
            .collect(),
        examples,
    }
}

fn attenuation() -> ApicalAttenuation {
    let mut chance = Chance::new(7);
    let time_ms: Vec<f64> = (0..200).map(f64::from).collect();
    let mut spikes = Vec::new();
    let (mut apical, mut soma) = (0.0_f64, 0.0_f64);
    let mut traces = (Vec::new(), Vec::new());
    for &time in &time_ms {
        if chance.happens(if (40.0..150.0).contains(&time) {
            0.15
        } else {
            0.01
        }) {
            spikes.push(time);
            apical += 0.5;
        }
        apical *= 0.9;
        soma += 0.1 * (0.05 * (apical - soma) - 0.7 * soma);
        traces.0.push(apical);
        traces.1.push(soma);
    }
    ApicalAttenuation {
        title: "Strong attenuation of apical input".into(),
        stamp: invented(),
        apical_conductance: 0.05,
        time_ms,
        apical_voltage_v: traces.0,
        soma_voltage_v: traces.1,
        apical_spike_times_ms: spikes,
    }
}

fn prediction() -> TimingPrediction {
    let mut chance = Chance::new(8);
    let mut protocol = |name: &str, apical_input_ms, last: f64| {
        let at: Vec<f64> = (0..=60).map(f64::from).collect();
        let mut value = 0.0;
        let weight_change: Vec<f64> = at
            .iter()
            .map(|_| {
                value += last / 60.0 * (1.0 + 0.5 * chance.normal());
                value
            })
            .collect();
        let away = |sign: f64| {
            let both = weight_change.iter().zip(&at);
            both.map(|(change, at)| change + sign * 0.0006 * at.sqrt())
                .collect()
        };
        TimingProtocol {
            name: name.into(),
            basal_input_ms: (0.0, 110.0),
            apical_input_ms,
            lower: away(-1.0),
            upper: away(1.0),
            at,
            weight_change,
        }
    };
    TimingPrediction {
        title: "Timing of apical input and the sign of plasticity".into(),
        stamp: invented(),
        early: protocol("early apical input", (0.0, 55.0), -0.02),
        late: protocol("late apical input", (55.0, 110.0), 0.026),
        at_label: "Pairings".into(),
        interval_label: "quartiles over synapses".into(),
    }
}

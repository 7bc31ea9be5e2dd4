//! Named sets of parameters: the paper's text, and the authors' program as it was on three days.
//!
//! A new set is one entry in [`NAMED_SETS`].

use super::{
    AveragingWindow, ClassReadout, FeedbackMean, FeedbackStructure, HiddenError, HiddenTarget,
    KernelMemory, LengthRounding, LossReduction, Parameters, VoltageAverage,
};

/// A set of parameters that has a name.
#[derive(Debug, Clone, Copy)]
pub struct NamedSet {
    /// Its name, as files and the command line have it.
    pub name: &'static str,
    /// What it is, in a line.
    pub title: &'static str,
    /// Its parameters.
    pub parameters: fn() -> Parameters,
}

/// All sets. The first one is the replication's own: the version that was in force when the preprint
/// with the paper's figures appeared.
pub static NAMED_SETS: [NamedSet; 4] = [
    NamedSet {
        name: "authors-2017-04-11",
        title: "the authors' program on the day of the preprint with the paper's figures",
        parameters: Parameters::authors_2017_04_11,
    },
    NamedSet {
        name: "authors-2017-03-15",
        title: "the authors' program four weeks earlier: averages over all after settling",
        parameters: Parameters::authors_2017_03_15,
    },
    NamedSet {
        name: "authors-2017-05-10",
        title: "the authors' program as it was last published: initial weights twice as wide",
        parameters: Parameters::authors_2017_05_10,
    },
    NamedSet {
        name: "paper",
        title: "the paper's text, literally where it is consistent",
        parameters: Parameters::paper,
    },
];

/// Half-width of the program's uniform initial weights until 5 May 2017, in units of their calculated
/// standard deviation: the root of 3 to four digits, so that the spread is the calculated one.
const HALF_WIDTH: f64 = 1.7325;

impl Parameters {
    /// The authors' program of 10 May 2017, its last version: initial weights about the calculated
    /// mean with twice the calculated spread, and for every hidden layer a feedback matrix of its own
    /// with that mean and spread.
    pub fn authors_2017_05_10() -> Self {
        Self {
            lambda_max_per_ms: 0.2,
            tau_short_ms: 3.0,
            tau_long_ms: 10.0,
            settle_ms: 30,
            basal_conductance: 0.6,
            apical_conductance: 0.0,
            dendritic_conductance: 0.6,
            leak_conductance: 0.1,
            excitatory_reversal_v: 8.0,
            inhibitory_reversal_v: -8.0,
            error_scale: 20.0,
            minimum_phase_ms: 50,
            extra_phase_mean_ms: 2.0,
            extra_phase_scale_ms: 1.0,
            stochastic_plateau_max_ms: 5,
            kernel_memory: KernelMemory::NewestSteps(10),
            test_phase_ms: 250,
            phase_length_rounding: LengthRounding::Floor,
            averaging_window: AveragingWindow::LastSteps(20),
            voltage_average: VoltageAverage::Mean,
            hidden_target: HiddenTarget::ForwardRate,
            hidden_error: HiddenError::PlateauDifference,
            stochastic_plateau_sd_ms: 3.0,
            stochastic_plateau_window_ms: 20,
            symmetric_noise_sd: 0.05,
            initial_weight_half_width: 2.0 * HALF_WIDTH,
            loss_reduction: LossReduction::Mean,
            feedback_half_width: None,
            feedback_mean: FeedbackMean::WeightMean,
            feedback_structure: FeedbackStructure::Separate,
            class_readout: ClassReadout::MeanVoltage,
            test_averaging_window: AveragingWindow::AfterSettling,
            reloaded_after_epoch: None,
        }
    }

    /// The authors' program of 11 April 2017, the day of the preprint that carries the paper's figures:
    /// initial weights with the calculated spread, feedback weights of mean zero, and below another
    /// hidden layer a product of matrices.
    pub fn authors_2017_04_11() -> Self {
        Self {
            initial_weight_half_width: HALF_WIDTH,
            feedback_mean: FeedbackMean::Zero,
            feedback_structure: FeedbackStructure::Chained,
            ..Self::authors_2017_05_10()
        }
    }

    /// The authors' program of 15 March 2017, the version nearest to the text: as
    /// [`Parameters::authors_2017_04_11`], but the averages of a training phase are over all after settling.
    pub fn authors_2017_03_15() -> Self {
        Self {
            averaging_window: AveragingWindow::AfterSettling,
            ..Self::authors_2017_04_11()
        }
    }

    /// What the paper's text says, literally where it is consistent.
    ///
    /// Two literal readings are left to be chosen by hand because nothing can learn under them
    /// or because the text contradicts itself: integrals instead of means
    /// ([`VoltageAverage::Integral`]) and the target-phase rate of Eqs. 25 and 26
    /// ([`HiddenTarget::TargetRate`]). Where the text gives no number, as for the mean of the feedback
    /// weights, it is that of the program of 10 May 2017.
    pub fn paper() -> Self {
        Self {
            kernel_memory: KernelMemory::Unlimited,
            test_phase_ms: 500,
            phase_length_rounding: LengthRounding::Nearest,
            averaging_window: AveragingWindow::AfterSettling,
            stochastic_plateau_sd_ms: libm::sqrt(3.0),
            stochastic_plateau_window_ms: 30,
            symmetric_noise_sd: libm::sqrt(0.05),
            initial_weight_half_width: libm::sqrt(3.0),
            loss_reduction: LossReduction::Sum,
            class_readout: ClassReadout::FinalVoltage,
            ..Self::authors_2017_05_10()
        }
    }
}

#[cfg(test)]
mod tests {
    //! Promise: every set is valid, has a name of its own and survives its file; the versions of the
    //! program differ in what is said of them; what was stored before a field existed is read as the
    //! version that it is.
    use super::*;
    use crate::segregated::params::LATER_FIELDS;
    use std::collections::BTreeSet;

    fn fields(parameters: &Parameters) -> serde_json::Map<String, serde_json::Value> {
        match serde_json::to_value(parameters).unwrap() {
            serde_json::Value::Object(fields) => fields,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn every_set_is_valid_and_survives_its_file() {
        let mut names = BTreeSet::new();
        for set in &NAMED_SETS {
            let p = (set.parameters)();
            p.validate().unwrap();
            let text = serde_json::to_string(&p).unwrap();
            assert_eq!(serde_json::from_str::<Parameters>(&text).unwrap(), p);
            assert!(names.insert(set.name), "{} is there twice", set.name);
        }
        assert_eq!((NAMED_SETS[0].parameters)(), Parameters::default());
        assert!(serde_json::from_str::<Parameters>("{\"lambda_max\": 0.2}").is_err());
    }

    #[test]
    fn versions_differ_in_what_is_said_of_them() {
        let differing = |one: Parameters, other: Parameters| -> Vec<String> {
            let (one, other) = (fields(&one), fields(&other));
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            let differ = names
                .into_iter()
                .filter(|name| one.get(*name) != other.get(*name));
            differ.cloned().collect()
        };
        assert_eq!(
            differing(
                Parameters::authors_2017_04_11(),
                Parameters::authors_2017_05_10()
            ),
            [
                "feedback_mean",
                "feedback_structure",
                "initial_weight_half_width"
            ]
        );
        assert_eq!(
            differing(
                Parameters::authors_2017_03_15(),
                Parameters::authors_2017_04_11()
            ),
            ["averaging_window"]
        );
        assert_eq!(
            Parameters::authors_2017_05_10().initial_weight_half_width,
            3.465
        );
    }

    #[test]
    fn later_fields_say_nothing_of_the_last_version() {
        let mut stored = fields(&Parameters::authors_2017_05_10());
        for field in LATER_FIELDS {
            assert!(stored.remove(field).is_some(), "{field}");
        }
        let read: Parameters = serde_json::from_value(stored.into()).unwrap();
        assert_eq!(read, Parameters::authors_2017_05_10());
    }
}

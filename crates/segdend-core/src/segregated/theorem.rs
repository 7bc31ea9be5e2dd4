//! Theorem 1, in f64: the Jacobians of its condition and both sides of its inequality (Eq. 8), for a
//! network with one hidden layer.
//!
//! The theorem says when a local update of the hidden layer lowers the output layer's loss: if the
//! feedback Jacobian comes near an inverse of the feedforward one. "mean" is the mean over an example's
//! averaging window; voltages are in V, rates in spikes per ms.

use ndarray::{Array1, Array2, Axis};

use super::params::Parameters;
use super::plasticity::{sigma, sigma_prime};

/// What an example says about Theorem 1, all vectors over the units of their layer.
#[derive(Debug, Clone, Copy)]
pub struct TheoremTerms<'a> {
    /// `W1`, outputs x hidden.
    pub weights: &'a Array2<f64>,
    /// `Y`, hidden x outputs.
    pub feedback: &'a Array2<f64>,
    /// `mean U_f`: somatic voltages of the output layer, V.
    pub output_soma: &'a Array1<f64>,
    /// The hidden target of Eq. 6, spikes per ms.
    pub hidden_target: &'a Array1<f64>,
    /// The output target of Eq. 5, spikes per ms.
    pub output_target: &'a Array1<f64>,
}

/// Both sides of Eq. 8: the inequality holds if the left one is smaller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inequality {
    /// Squared distance of the output target from what the hidden target would bring about:
    /// `|target(1) - lambda_max sigma(k_D W1 target(0))|^2`.
    pub left: f64,
    /// Squared distance of the output target from what the output layer did:
    /// `|target(1) - lambda_max sigma(mean U_f)|^2`.
    pub right: f64,
}

impl TheoremTerms<'_> {
    /// `J_beta = diag(lambda_max k_D sigma'(mean U_f)) W1`, outputs x hidden: how the output layer's
    /// rates answer to the hidden layer's.
    pub fn feedforward_jacobian(&self, p: &Parameters) -> Array2<f64> {
        let scale = p.lambda_max_per_ms * p.dendritic_attenuation();
        let slopes = self.output_soma.mapv(|u| scale * sigma_prime(u));
        self.weights * &slopes.insert_axis(Axis(1))
    }

    /// `J_gamma = diag(sigma'(Y lambda_max sigma(mean U_f))) Y`, hidden x outputs: how plateaus answer to
    /// the output layer's rates.
    pub fn feedback_jacobian(&self, p: &Parameters) -> Array2<f64> {
        let slopes = product(self.feedback, &self.output_rates(p)).mapv(sigma_prime);
        self.feedback * &slopes.insert_axis(Axis(1))
    }

    /// Both sides of Eq. 8.
    pub fn inequality(&self, p: &Parameters) -> Inequality {
        let voltages = product(self.weights, self.hidden_target) * p.dendritic_attenuation();
        let brought_about = voltages.mapv(|u| p.lambda_max_per_ms * sigma(u));
        let squared_distance = |rates: &Array1<f64>| -> f64 {
            let differences = self.output_target.iter().zip(rates).map(|(t, r)| t - r);
            differences.map(|difference| difference * difference).sum()
        };
        Inequality {
            left: squared_distance(&brought_about),
            right: squared_distance(&self.output_rates(p)),
        }
    }

    /// `lambda_max sigma(mean U_f)`.
    fn output_rates(&self, p: &Parameters) -> Array1<f64> {
        self.output_soma.mapv(|u| p.lambda_max_per_ms * sigma(u))
    }
}

/// A matrix times a vector, summed in the order of the columns: a library's product adds up in an order
/// that depends on the processor.
fn product(matrix: &Array2<f64>, vector: &Array1<f64>) -> Array1<f64> {
    matrix
        .outer_iter()
        .map(|row| row.iter().zip(vector).map(|(m, v)| m * v).sum::<f64>())
        .collect()
}

#[cfg(test)]
mod tests {
    //! Promise: the Jacobians are the derivatives they are said to be, and the sides of Eq. 8 are
    //! distances between rates.
    use super::*;
    use ndarray::array;

    fn check_derivative(
        jacobian: &Array2<f64>,
        at: &Array1<f64>,
        function: impl Fn(&Array1<f64>) -> Array1<f64>,
    ) {
        let step = 1e-6;
        for input in 0..at.len() {
            let (mut up, mut down) = (at.clone(), at.clone());
            up[input] += step;
            down[input] -= step;
            let slope = (function(&up) - function(&down)) / (2.0 * step);
            for (output, slope) in slope.iter().enumerate() {
                let found = jacobian[[output, input]];
                assert!((found - slope).abs() < 1e-8, "{found} for {slope}");
            }
        }
    }

    #[test]
    fn jacobians_are_derivatives() {
        let p = Parameters::paper();
        let weights = array![[0.4, -0.3, 0.9], [1.2, 0.1, -0.7]];
        let feedback = array![[2.0, -1.0], [0.5, 3.0], [-4.0, 1.5]];
        let hidden_rates = array![0.05, 0.12, 0.02];
        // Steady state (Eq. 18): mean U = k_D W1 phi.
        let soma = |rates: &Array1<f64>| weights.dot(rates) * p.dendritic_attenuation();
        let rates_of = |soma: &Array1<f64>| soma.mapv(|u| p.lambda_max_per_ms * sigma(u));
        let output_soma = soma(&hidden_rates);
        let output_rates = rates_of(&output_soma);
        let terms = TheoremTerms {
            weights: &weights,
            feedback: &feedback,
            output_soma: &output_soma,
            hidden_target: &hidden_rates,
            output_target: &array![0.1, 0.0],
        };
        check_derivative(&terms.feedforward_jacobian(&p), &hidden_rates, |rates| {
            rates_of(&soma(rates))
        });
        check_derivative(&terms.feedback_jacobian(&p), &output_rates, |rates| {
            feedback.dot(rates).mapv(sigma)
        });
    }

    #[test]
    fn a_hidden_target_that_is_reached_leaves_both_sides_equal() {
        let p = Parameters::paper();
        let weights = array![[0.4, -0.3], [1.2, 0.1]];
        let hidden = array![0.05, 0.12];
        let output_soma = weights.dot(&hidden) * p.dendritic_attenuation();
        let mut terms = TheoremTerms {
            weights: &weights,
            feedback: &array![[1.0, 0.0], [0.0, 1.0]],
            output_soma: &output_soma,
            hidden_target: &hidden,
            output_target: &array![0.2, 0.0],
        };
        let Inequality { left, right } = terms.inequality(&p);
        assert!((left - right).abs() < 1e-15 && left > 0.0);
        // A target that drives the first output up and the second down comes nearer.
        let nearer = array![0.0, -20.0];
        terms.hidden_target = &nearer;
        assert!(terms.inequality(&p).left < right);
    }
}

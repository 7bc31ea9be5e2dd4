//! Plateau potentials, local targets and losses, and weight updates (Eqs. 3 to 7, 17 to 27), in f64.
//!
//! The same rules run in the engine on f32; this is the text that people read and tests trust.

use ndarray::{Array1, Array2, Axis, Zip};

use crate::segregated::params::{HiddenError, HiddenTarget, LossReduction, Parameters};

/// `sigma(x) = 1 / (1 + exp(-x))` (Eq. 13).
pub fn sigma(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// `sigma'(x) = sigma(x) (1 - sigma(x))`.
pub fn sigma_prime(x: f64) -> f64 {
    let s = sigma(x);
    s * (1.0 - s)
}

/// What a layer knows at the end of an example, all vectors over its units.
#[derive(Debug, Clone, Copy)]
pub struct HiddenMeans<'a> {
    /// `mean C_f`, V.
    pub soma_forward: &'a Array1<f64>,
    /// `mean lambda_C_f`, spikes per ms.
    pub rate_forward: &'a Array1<f64>,
    /// `mean lambda_C_t`, spikes per ms.
    pub rate_target: &'a Array1<f64>,
    /// `alpha_f`.
    pub plateau_forward: &'a Array1<f64>,
    /// `alpha_t`.
    pub plateau_target: &'a Array1<f64>,
}

/// `target rate - lambda_max sigma(mean U_f)` of the output layer, spikes per ms: the bracket of
/// Eqs. 7 and 19. The target rate is the mean rate of the target phase (Eqs. 5 and 24).
pub fn output_error(
    p: &Parameters,
    mean_soma_forward: &Array1<f64>,
    mean_rate_target: &Array1<f64>,
) -> Array1<f64> {
    mean_rate_target - &mean_soma_forward.mapv(|u| p.lambda_max_per_ms * sigma(u))
}

/// `target rate - lambda_max sigma(mean C_f)` of a hidden layer: the bracket of Eqs. 7 and 27,
/// with the target of Eqs. 6 and 21 (forward-phase rate) or 25 and 26 (target-phase rate).
pub fn hidden_error(p: &Parameters, means: HiddenMeans<'_>) -> Array1<f64> {
    let rate = match p.hidden_target {
        HiddenTarget::ForwardRate => means.rate_forward,
        HiddenTarget::TargetRate => means.rate_target,
    };
    let target = rate + means.plateau_target - means.plateau_forward;
    target - means.soma_forward.mapv(|c| p.lambda_max_per_ms * sigma(c))
}

/// A layer's loss from its error (Eqs. 7 and 27).
pub fn loss(p: &Parameters, error: &Array1<f64>) -> f64 {
    let squared_norm = error.iter().map(|e| e * e).sum::<f64>();
    match p.loss_reduction {
        LossReduction::Sum => squared_norm,
        LossReduction::Mean => squared_norm / error.len() as f64,
    }
}

/// The factor in front of the postsynaptic potentials in Eq. 19:
/// `delta_1 = -k_D lambda_max (target - lambda_max sigma(mean U_f)) sigma'(mean U_f)`.
pub fn output_delta(
    p: &Parameters,
    mean_soma_forward: &Array1<f64>,
    error: &Array1<f64>,
) -> Array1<f64> {
    let scale = -p.dendritic_attenuation() * p.lambda_max_per_ms;
    Zip::from(error)
        .and(mean_soma_forward)
        .map_collect(|e, &u| scale * sigma_prime(u) * e)
}

/// The factor in front of the postsynaptic potentials in Eq. 22:
/// `delta_0 = -k_B (alpha_t - alpha_f) lambda_max sigma'(mean C_f)`, or with the full error of
/// Eq. 7 in place of the plateau difference.
pub fn hidden_delta(p: &Parameters, means: HiddenMeans<'_>) -> Array1<f64> {
    let error = match p.hidden_error {
        HiddenError::PlateauDifference => means.plateau_target - means.plateau_forward,
        HiddenError::TargetMinusRate => hidden_error(p, means),
    };
    let scale = -p.basal_attenuation() * p.lambda_max_per_ms;
    Zip::from(&error)
        .and(means.soma_forward)
        .map_collect(|e, &c| scale * sigma_prime(c) * e)
}

/// What backpropagation would put in place of [`hidden_delta`]:
/// `(W_above^T delta_above) k_B lambda_max sigma'(mean C_f)`.
pub fn backpropagated_delta(
    p: &Parameters,
    weights_above: &Array2<f64>,
    delta_above: &Array1<f64>,
    mean_soma_forward: &Array1<f64>,
) -> Array1<f64> {
    let scale = p.basal_attenuation() * p.lambda_max_per_ms;
    // Summed row by row: a library's product adds up in an order that depends on the processor.
    let mut carried = Array1::<f64>::zeros(weights_above.ncols());
    for (row, &delta) in weights_above.outer_iter().zip(delta_above) {
        carried.scaled_add(delta, &row);
    }
    Zip::from(&carried)
        .and(mean_soma_forward)
        .map_collect(|e, &c| scale * sigma_prime(c) * e)
}

/// Eqs. 20 and 23: `W -= eta P delta (x) mean PSP_f` and `b -= eta P delta`.
pub fn update(
    weights: &mut Array2<f64>,
    biases: &mut Array1<f64>,
    rate: f64,
    scale: f64,
    delta: &Array1<f64>,
    mean_psp: &Array1<f64>,
) {
    let step = delta * (rate * scale);
    let outer = step
        .view()
        .insert_axis(Axis(1))
        .dot(&mean_psp.view().insert_axis(Axis(0)));
    *weights -= &outer;
    *biases -= &step;
}

#[cfg(test)]
mod tests {
    //! Promise: the closed forms are the gradients they say they are.
    use super::*;
    use ndarray::array;

    /// L1 of Eq. 7 under Eq. 18, as a function of the output weights.
    fn output_loss(
        p: &Parameters,
        w: &Array2<f64>,
        b: &Array1<f64>,
        psp: &Array1<f64>,
        target: &Array1<f64>,
    ) -> f64 {
        let u = (w.dot(psp) + b) * p.dendritic_attenuation();
        (target - &u.mapv(|u| p.lambda_max_per_ms * sigma(u)))
            .mapv(|e| e * e)
            .sum()
    }

    #[test]
    fn output_update_descends_half_the_gradient_of_its_loss() {
        let p = Parameters::default();
        let (w, b) = (
            array![[0.4, -1.0, 2.0], [0.3, 0.8, -0.5]],
            array![0.1, -0.2],
        );
        let (psp, target) = (array![0.5, 1.5, 0.7], array![0.19, 0.02]);
        let u = (w.dot(&psp) + &b) * p.dendritic_attenuation();
        let delta = output_delta(&p, &u, &output_error(&p, &u, &target));
        let step = 1e-6;
        for i in 0..2 {
            for j in 0..3 {
                let (mut up, mut down) = (w.clone(), w.clone());
                up[(i, j)] += step;
                down[(i, j)] -= step;
                let slope = (output_loss(&p, &up, &b, &psp, &target)
                    - output_loss(&p, &down, &b, &psp, &target))
                    / (2.0 * step);
                // Eq. 19 leaves out the 2 of the square's derivative.
                assert!((2.0 * delta[i] * psp[j] - slope).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn backpropagated_delta_is_the_gradient_through_the_layer_above() {
        let p = Parameters::default();
        let (w1, b1) = (array![[0.4, -1.0], [0.3, 0.8]], array![0.1, -0.2]);
        let target = array![0.19, 0.02];
        let c = array![0.3, -0.9];
        // The rate of a hidden unit stands for its mean PSP (Lemma 1).
        let loss_of = |c: &Array1<f64>| {
            output_loss(
                &p,
                &w1,
                &b1,
                &c.mapv(|c| p.lambda_max_per_ms * sigma(c)),
                &target,
            )
        };
        let psp = c.mapv(|c| p.lambda_max_per_ms * sigma(c));
        let u = (w1.dot(&psp) + &b1) * p.dendritic_attenuation();
        let delta1 = output_delta(&p, &u, &output_error(&p, &u, &target));
        let delta0 = backpropagated_delta(&p, &w1, &delta1, &c);
        let step = 1e-6;
        for i in 0..2 {
            let (mut up, mut down) = (c.clone(), c.clone());
            up[i] += step;
            down[i] -= step;
            let slope = (loss_of(&up) - loss_of(&down)) / (2.0 * step);
            // delta_0 is with respect to the basal voltage: dC/dB = k_B.
            assert!((2.0 * delta0[i] / p.basal_attenuation() - slope).abs() < 1e-9);
        }
    }

    #[test]
    fn hidden_loss_reduces_to_the_plateau_difference_at_steady_state() {
        let p = Parameters::paper();
        let c = array![0.5, -1.0];
        let rate = c.mapv(|c| p.lambda_max_per_ms * sigma(c));
        let (alpha_f, alpha_t) = (array![0.5, 0.4], array![0.6, 0.1]);
        let means = HiddenMeans {
            soma_forward: &c,
            rate_forward: &rate,
            rate_target: &rate,
            plateau_forward: &alpha_f,
            plateau_target: &alpha_t,
        };
        let expected = 0.1_f64.powi(2) + 0.3_f64.powi(2);
        assert!((loss(&p, &hidden_error(&p, means)) - expected).abs() < 1e-12);
    }
}

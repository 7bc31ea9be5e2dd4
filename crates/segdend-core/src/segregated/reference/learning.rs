//! What an example teaches: deltas, losses and updates (Eqs. 5 to 7, 19 to 23 and 25 to 27).

use ndarray::Array1;

use super::Reference;
use crate::rng::StreamKey;
use crate::segregated::mechanisms::LearningRule;
use crate::segregated::plasticity::{self, HiddenMeans};
use crate::segregated::record::{ExampleRecord, PhaseRecord};

impl Reference {
    /// Every layer's delta and loss, bottom up, from what an example left in both phases.
    pub(super) fn deltas_and_losses(
        &self,
        forward: &PhaseRecord,
        target: &PhaseRecord,
    ) -> (Vec<Vec<f64>>, Vec<f64>) {
        let p = &self.parameters;
        let output = self.layers.len() - 1;
        let array = |values: &Vec<f64>| Array1::from(values.clone());
        let mut deltas = vec![Array1::zeros(0); output + 1];
        let mut losses = vec![0.0; output + 1];

        // Eqs. 5, 7 and 19.
        let mean_u = array(&forward.mean_soma[output]);
        let error = plasticity::output_error(p, &mean_u, &array(&target.mean_rate[output]));
        losses[output] = plasticity::loss(p, &error);
        deltas[output] = plasticity::output_delta(p, &mean_u, &error);

        for layer in (0..output).rev() {
            let mean_c = array(&forward.mean_soma[layer]);
            let (rate_f, rate_t) = (
                array(&forward.mean_rate[layer]),
                array(&target.mean_rate[layer]),
            );
            let (alpha_f, alpha_t) = (
                array(&forward.plateau[layer]),
                array(&target.plateau[layer]),
            );
            let means = HiddenMeans {
                soma_forward: &mean_c,
                rate_forward: &rate_f,
                rate_target: &rate_t,
                plateau_forward: &alpha_f,
                plateau_target: &alpha_t,
            };
            // Eqs. 6, 7 and 22 (25 to 27 with several hidden layers).
            losses[layer] = plasticity::loss(p, &plasticity::hidden_error(p, means));
            deltas[layer] = match self.mechanisms.learning_rule {
                LearningRule::Local => plasticity::hidden_delta(p, means),
                LearningRule::Backpropagation => plasticity::backpropagated_delta(
                    p,
                    &self.network.weights[layer + 1],
                    &deltas[layer + 1],
                    &mean_c,
                ),
            };
        }
        (deltas.iter().map(|delta| delta.to_vec()).collect(), losses)
    }

    /// Changes the weights by what an example left (Eqs. 20 and 23), with the mean postsynaptic potentials
    /// of the forward phase in all layers. `noise` is the stream for noise on symmetric feedback.
    pub fn learn(&mut self, record: &ExampleRecord, noise: StreamKey) {
        let output = self.layers.len() - 1;
        for layer in 0..=output {
            let scale = if layer == output {
                self.parameters.output_error_scale()
            } else {
                self.parameters.hidden_error_scale()
            };
            plasticity::update(
                &mut self.network.weights[layer],
                &mut self.network.biases[layer],
                self.learning_rates[layer],
                scale,
                &Array1::from(record.delta[layer].clone()),
                &Array1::from(record.forward.mean_psp[layer].clone()),
            );
        }
        self.network
            .follow_symmetry(self.mechanisms.feedback_weights, &self.parameters, noise);
    }
}

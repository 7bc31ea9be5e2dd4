//! What the spiking model is compared with: rate networks trained by backpropagation or by feedback
//! alignment, with the angle between the two, and backpropagation's update of the spiking network
//! itself.
//!
//! - [`Network`]: one hidden layer of sigmoid units, a step and an angle at a time;
//! - [`RateNetwork`] and [`RateTraining`]: online training over a data set, with the angle of every
//!   example;
//! - [`spiking_gradients`]: the spiking network's backpropagation update by automatic differentiation.
//!
//! # The rate network
//!
//! For an input `x` with one-hot target `t`:
//!
//! ```text
//! h  = sigma(W0 x + b0)                        hidden activity
//! y  = sigma(W1 h + b1)                        output activity
//! L  = (1 / 2N) sum over N examples of |y - t|^2
//!
//! d1 = (1 / N) (y - t) * y * (1 - y)           output delta
//! d0 = (W1^T d1) * h * (1 - h)                 hidden delta, backpropagation
//! d0 = (B d1)    * h * (1 - h)                 hidden delta, feedback alignment
//!
//! W1 -= eta sum d1 h^T      b1 -= eta sum d1   the same under both rules
//! W0 -= eta sum d0 x^T      b0 -= eta sum d0
//! ```
//!
//! `*` multiplies element by element; `B` (hidden units x outputs) is drawn once and never
//! changes. Backpropagation is that of Rumelhart, Hinton and Williams (Nature 323:533, 1986),
//! feedback alignment that of Lillicrap, Cownden, Tweed and Akerman (Nature Communications
//! 7:13276, 2016). Guerguiev, Lillicrap and Richards (eLife 6:e22901, 2017) hold the angle
//! between their own update and backpropagation's (Figure 7A) against the drop below 45
//! degrees that the latter paper found in networks like these.
//!
//! In batches, backpropagation's deltas come from automatic differentiation of `L`; the formulas above
//! are what the tests hold them to. One example at a time ([`Network::present`], the way of the
//! comparison) the formulas themselves are computed, which is several times faster
//! (`benches/records/backends.csv`); that the two agree is tested too.
//!
//! # Example
//!
//! ```
//! use segdend_baselines::{Backend, Network, Sizes, TrainingRule};
//!
//! # fn main() -> Result<(), segdend_baselines::BaselineError> {
//! let sizes = Sizes { inputs: 2, hidden: 16, outputs: 2 };
//! let mut network = Network::new(sizes, 7, Backend::default())?;
//! let (inputs, labels) = ([1.0, 0.0, 0.0, 1.0], [0, 1]);
//! for _ in 0..300 {
//!     network.train_batch(TrainingRule::FeedbackAlignment, &inputs, &labels, 2.0)?;
//! }
//! assert_eq!(network.predict(&inputs)?, labels);
//! # Ok(())
//! # }
//! ```

mod angle;
mod backend;
mod error;
mod learning;
mod network;
mod online;
mod spiking;
mod training;
mod weights;

pub use backend::Backend;
pub use error::BaselineError;
pub use learning::{StepReport, TrainingRule, Updates};
pub use network::Network;
pub use online::Presented;
pub use spiking::{SpikingGradients, spiking_gradients};
pub use training::{RateNetwork, RateSpec, RateTraining};
pub use weights::{Sizes, Weights};

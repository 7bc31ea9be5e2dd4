//! The longer texts behind the options.

/// Of `verify`.
pub(super) const VERIFY: &str = "Examples:
  segdend verify                          any network of the paper's scale
  segdend verify two-hidden
  segdend verify regular-seed2 --scale quick --json

In a temporary directory; nothing of what is kept is touched:
  the first epoch of a finished run is trained and tested again, and its errors, its loss and the SHA-256 of its weights
    are compared with those in its result.json (of every layer, from the input up, the weights row by row, a row a unit
    of the upper layer, then the biases; then the feedback matrices, bottom up, row by row; each number as little-endian
    f32);
  one of the final tests of every run that keeps its weights is repeated;
  the first rows of the recordings of losses, angles and conditions are measured again;
  every run's and recording's key and files are checked against the checksums of their manifests;
  source data, pictures, audit and page are made again from runs, recordings and the final weights that are kept, and
    compared byte by byte, and at the paper's scale the results in README.md and what findings.md holds of the audit.

equal      the same, to the bit
different  with the first line, or byte, that is
missing    made here, but not kept; or a run or recording that a figure needs
not made   kept, but nothing makes it

Exit codes: 0 all equal, 1 anything else, 2 nothing to verify, or input that cannot be used.";

/// Of `train`.
pub(super) const TRAIN: &str = "Examples:
  segdend train regular smoke             a run of experiments/runs.toml
  segdend train regular quick --seed 2 --set kernel_memory=unlimited
  segdend train two-hidden paper --parameters paper
  segdend train --images train-images.gz --labels train-labels.gz \\
      --test-images test-images.gz --test-labels test-labels.gz --hidden 200 --epochs 5 --out runs/mine

Images are IDX files, plain or .gz, of any size and number of classes. Without test images the last sixth of the \
training images is held out for testing.

--set takes the name of a parameter or mechanism and a value as TOML writes it:
  kernel_memory            unlimited, or { newest-steps = 10 }
  averaging_window         after-settling, or { last-steps = 20 }
  test_averaging_window    the same, of a test
  class_readout            mean-voltage, final-voltage
  feedback_mean            weight-mean, zero
  feedback_structure       separate, chained
  phase_length_rounding    nearest, floor
  voltage_average          mean, integral
  hidden_target            forward-rate, target-rate
  hidden_error             plateau-difference, target-minus-rate
  loss_reduction           sum, mean
  feedback_weights         random, symmetric, noisy-symmetric, or { sparse = { zero_fraction = 0.8, amplification = 5.0 } }
  feedback_signal          spikes, rates
  plateau_timing           synchronous, stochastic
  learning_rule            local, backpropagation
and numbers: lambda_max_per_ms, tau_short_ms, tau_long_ms, settle_ms, basal_conductance, apical_conductance, \
dendritic_conductance, leak_conductance, excitatory_reversal_v, inhibitory_reversal_v, error_scale, minimum_phase_ms, \
extra_phase_mean_ms, extra_phase_scale_ms, test_phase_ms, stochastic_plateau_sd_ms, stochastic_plateau_max_ms, \
stochastic_plateau_window_ms, symmetric_noise_sd, initial_weight_half_width, feedback_half_width, \
reloaded_after_epoch.";

/// Of `readme`.
pub(super) const README: &str = "Examples:
  segdend readme
  segdend readme --write

Both are made from reports/paper/audit.json, which `segdend report paper` makes. What stands between the markers \
<!-- results:begin --> and <!-- results:end --> of README.md, and between those of `versions`, `verdicts-by-version` \
and `findings` in reports/paper/findings.md, is replaced; the rest is left as it is. Findings that do not exist are \
begun, once there is something to tell.

Every claim whose verdict is `not reproduced` or `inconsistent` is to be mentioned in the prose of findings.md by its \
id in backticks; `segdend verify` and the tests say which are not.";

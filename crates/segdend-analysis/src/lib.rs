//! Statistics of the replication: numbers in, numbers out.
//!
//! Nothing here knows of files, figures or the model, and nothing is printed. Every function is a
//! pure function of its arguments: sums run in a fixed order and random numbers come from an
//! explicit seed, so the same input gives the same bits on any number of threads.
//!
//! | for | here |
//! |---|---|
//! | mean, spread and standard error of a sample | [`mean`], [`Summary`] |
//! | two-sample t-tests | [`pooled_t_test`], [`welch_t_test`], [`paired_t_test`] |
//! | the same without assumptions on the distribution | [`permutation_test`] |
//! | how large a difference is | [`EffectSize`], [`EffectSize::confidence_interval`] |
//! | confidence intervals of a mean, and of a difference | [`Summary::confidence_interval`], [`TTest::confidence_interval`], [`bootstrap`] |
//! | variance between networks and between tests of one | [`VarianceComponents`] |
//! | P from a statistic | [`two_tailed_p`], [`student_t_p`], [`correlation_p`], [`normal_p`], [`fisher_f_p`], [`chi_squared_p`]; [`noncentral_t_cdf`] |
//! | does a reported P follow from the statistic reported beside it? | [`check_reported`] |
//! | the same of a table, or of all tests in a text | [`read_test_table`], [`find_tests`] |
//! | what do reported means and t imply of standard deviations and differences? | [`implied_by_t`] |
//! | several comparisons at once | [`bonferroni`], [`holm`], [`bonferroni_ln`], [`holm_ln`] |
//! | correlation of two losses | [`pearson`] |
//! | the condition of Theorem 1, and Lemma 1 | [`JacobianWindow`], [`identity_deviation_eigenvalue`]; [`lemma_shortfall`] |
//! | t-SNE of layer activities | [`embed`] |
//! | do classes lie apart? | [`nearest_neighbour_accuracy`], [`silhouette`] |
//! | neighbours, and the directions of most variance | [`nearest_neighbours`], [`principal_components`] |
//!
//! P values come in pairs, `p` and `ln_p` ([`TailProbability`]): the paper reports values down to
//! 1e-61, far below where 1 - cdf has any digits left.

mod condition;
mod correlation;
mod effect_size;
mod embedding;
mod error;
mod extended_float;
mod geometry;
mod interval;
mod multiple_comparisons;
mod noncentral_t;
mod own_unit;
mod principal_components;
mod product_tiles;
mod reported;
mod resampling;
mod summary;
mod t_test;
mod tail;
mod variance_components;

pub use condition::{
    ConditionEigenvalues, JacobianWindow, identity_deviation_eigenvalue, lemma_allowance,
    lemma_shortfall,
};
pub use correlation::{Correlation, pearson};
pub use effect_size::EffectSize;
pub use embedding::{Embedding, EmbeddingOptions, embed};
pub use error::AnalysisError;
pub use geometry::{
    ClassShare, Neighbour, NeighbourAccuracy, Silhouette, SilhouetteClass,
    nearest_neighbour_accuracy, nearest_neighbours, silhouette,
};
pub use interval::ConfidenceInterval;
pub use multiple_comparisons::{bonferroni, bonferroni_ln, holm, holm_ln};
pub use noncentral_t::noncentral_t_cdf;
pub use principal_components::{PrincipalComponents, principal_components};
pub use reported::{
    Bounds, Consistency, DecodedText, ImpliedByT, Judgement, ProbabilityRange, ReadOptions,
    Relation, ReportedCheck, ReportedComparison, ReportedCondition, ReportedNumber, ReportedP,
    ReportedStatistic, ReportedTest, StatisticKind, TableError, TestError, TestRow, TestTable,
    TestWords, check_reported, decode_text, find_tests, implied_by_t, read_test_table,
};
pub use resampling::{
    BootstrapIntervals, BootstrapOptions, PermutationMethod, PermutationOptions, PermutationTest,
    TwoSampleStatistic, bootstrap, permutation_test,
};
pub use summary::{Summary, mean, running_means};
pub use t_test::{TTest, VarianceModel, paired_t_test, pooled_t_test, welch_t_test};
pub use tail::{
    TailProbability, Tails, chi_squared_p, correlation_p, fisher_f_p, normal_p, student_t_p,
    two_tailed_p,
};
pub use variance_components::VarianceComponents;

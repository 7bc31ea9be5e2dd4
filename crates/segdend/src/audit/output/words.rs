//! What tables say of a claim, a comparison or a difference, and what stands below them.

use segdend_analysis::TailProbability;
use segdend_figures::scientific;

use crate::audit::JudgedClaim;
use crate::audit::consistency::Checked;
use crate::audit::each_network::EachNetwork;
use crate::audit::networks::{NetworkComparison, Paired};
use crate::audit::sensitivity::{Effect, Over, UnderSet};

/// A number with four significant digits.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e7).contains(&size) {
        scientific(value)
    } else {
        let places = (3.0 - size.log10().floor()).clamp(0.0, 7.0) as usize;
        format!("{value:.places$}")
    }
}

/// A P, which is never 0: where f64 ends its logarithm goes on.
pub(crate) fn probability(p: TailProbability) -> String {
    if p.p > 1e-300 {
        scientific(p.p)
    } else if p.ln_p.is_finite() {
        format!("10^{:.0}", p.ln_p / std::f64::consts::LN_10)
    } else {
        "below any number".to_owned()
    }
}

/// A value with its interval.
pub(crate) fn with_interval(value: Option<f64>, interval: Option<[f64; 2]>) -> String {
    match (value, interval) {
        (None, _) => "–".to_owned(),
        (Some(value), None) => number(value),
        (Some(value), Some([low, high])) => {
            format!("{} [{}, {}]", number(value), number(low), number(high))
        }
    }
}

/// Ours, of a claim.
pub(crate) fn ours(claim: &JudgedClaim) -> String {
    if let Some(published) = &claim.published_design {
        let test = published.test;
        let t = if test.t.is_finite() {
            format!("{:.2}", test.t)
        } else {
            test.t.to_string()
        };
        return format!(
            "t({}) = {t}, P = {}",
            test.degrees_of_freedom,
            probability(published.corrected)
        );
    }
    match (&claim.value, &claim.words) {
        (None, Some(words)) => words.clone(),
        _ => with_interval(claim.value, claim.interval),
    }
}

/// The reported P, and the range that the rounding of the statistic allows.
pub(crate) fn allowed(checked: &Checked) -> String {
    let range = checked.corrected_range;
    format!("{} to {}", digits(range.least), digits(range.most))
}

/// A P with four digits, as programs write and read it.
pub(crate) fn digits(p: TailProbability) -> String {
    if p.p > 1e-300 {
        format!("{:.3e}", p.p)
    } else {
        probability(p)
    }
}

/// Ours, of a claim, with what it does not say by itself.
pub(crate) fn ours_in_words(claim: &JudgedClaim) -> String {
    let ours = ours(claim);
    match &claim.words {
        Some(words) if *words != ours => format!("{ours} ({words})"),
        _ => ours,
    }
}

/// The numbers behind a claim's value, and what they are.
pub(crate) fn n(claim: &JudgedClaim) -> String {
    match (&claim.published_design, claim.count) {
        (Some(published), _) => format!("{} + {} tests", published.tests[0], published.tests[1]),
        (None, 0) => "–".to_owned(),
        (None, 1) if claim.count_of == "values" => "1 value".to_owned(),
        (None, count) => format!("{count} {}", claim.count_of),
    }
}

/// Whose parameters the networks of the claims have, in a sentence.
pub(crate) fn parameters(claims: &[JudgedClaim]) -> String {
    let with = claims
        .iter()
        .filter(|claim| !claim.parameter_sets.is_empty());
    let mut sets: Vec<(String, Vec<&str>)> = Vec::new();
    for claim in with {
        let set = claim.parameter_sets.join(" and ");
        match sets.iter_mut().find(|(other, _)| *other == set) {
            Some((_, ids)) => ids.push(&claim.id),
            None => sets.push((set, vec![claim.id.as_str()])),
        }
    }
    sets.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    let sentence = |(set, ids): &(String, Vec<&str>)| format!("{set} for {}", ids.join(", "));
    match sets.as_slice() {
        [] => String::new(),
        [(set, _)] => {
            format!("The networks of these claims have the parameters of the set {set}.")
        }
        [(most, _), others @ ..] => format!(
            "The networks of these claims have the parameters of the set {most}; of {}.",
            others.iter().map(sentence).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// What there is of trained networks.
pub(crate) fn trained(networks: usize, distinct: usize) -> String {
    let different = if distinct == networks {
        String::new()
    } else {
        format!(
            " ({distinct} different ones; what differs in its tests alone has the same weights)"
        )
    };
    format!("{networks} trained networks{different}")
}

/// A comparison under one set of parameters.
pub(crate) fn under_set(set: &UnderSet) -> String {
    under_set_of(
        set.difference,
        set.interval,
        set.interval_over,
        set.networks,
    )
}

/// The same of its parts: the two kinds of intervals look alike, so each is called by its name.
pub(crate) fn under_set_of(
    difference: Option<f64>,
    interval: Option<[f64; 2]>,
    over: Option<Over>,
    [first, second]: [usize; 2],
) -> String {
    let unit = difference.map_or("", |_| " points");
    let over = over.map_or(String::new(), |over| format!("; {}", over.words()));
    format!(
        "{}{unit} ({first} + {second} networks{over})",
        with_interval(difference, interval)
    )
}

/// The differences within a seed.
pub(crate) fn paired(paired: &Option<Paired>) -> String {
    let Some(paired) = paired else {
        return "–".to_owned();
    };
    let p = paired
        .test
        .map_or(String::new(), |test| format!(", P {}", scientific(test.p)));
    format!(
        "{}, n = {}{p}",
        with_interval(Some(paired.difference), paired.interval),
        paired.seeds.len()
    )
}

/// What stands below a table of comparisons over networks.
pub(crate) const ABOUT_SEEDS: &str = "Networks of one seed begin with the same weights, as far as their layers are \
the same, and see the images in the same order, whatever the condition. The verdict is that of Welch's test, which \
takes them for independent. The column \"within a seed\" is the mean of the differences between networks of one seed, \
its 95 % interval and the P of the paired t-test, not corrected for several comparisons; n counts seeds.";

/// What stands below a table of comparisons under every set of parameters.
pub(crate) const ABOUT_INTERVALS: &str = "An interval \"over networks\" is Welch's, over the means of networks. One \
\"over tests of one network each\" is over repeated tests of two networks of one seed: it counts test noise alone \
and says nothing of another training.";

/// The effect of a difference between paper and program.
pub(crate) fn effect(effect: &Effect) -> String {
    match effect.effect {
        Some(value) => {
            let sign = if value > 0.0 { "+" } else { "" };
            format!("{sign}{}", with_interval(Some(value), effect.interval))
        }
        None => "–".to_owned(),
    }
}

/// How many networks that effect is of, and what its interval is over.
pub(crate) fn effect_n(effect: &Effect) -> String {
    match (effect.seeds.as_slice(), effect.interval_over) {
        (_, None) => "–".to_owned(),
        ([seed], Some(over)) => format!("1 pair, seed {seed}; {}", over.words()),
        (seeds, Some(over)) => format!("{} pairs; {}", seeds.len(), over.words()),
    }
}

/// Values of every network, and how many are as reported.
pub(crate) fn each(each: &EachNetwork) -> String {
    let values: Vec<String> = each
        .seeds
        .iter()
        .zip(&each.values)
        .map(|(seed, value)| format!("seed {seed}: {}", number(*value)))
        .collect();
    values.join(", ")
}

/// How large a difference over networks is, in words.
pub(crate) fn over_networks(comparison: &NetworkComparison) -> String {
    let mut parts = Vec::new();
    if let Some(effect) = &comparison.effect {
        parts.push(format!(
            "Hedges' g {}",
            with_interval(Some(effect.hedges_g), comparison.effect_interval)
        ));
    }
    if let Some(test) = &comparison.test {
        let holm = comparison.holm_p.map_or(String::new(), |p| {
            format!(", {} Holm over all tests reported", scientific(p))
        });
        parts.push(format!(
            "Welch t({:.1}) = {:.2}, P {} raw{holm}",
            test.degrees_of_freedom,
            test.t,
            scientific(test.p),
        ));
    }
    if let Some(permutation) = &comparison.permutation {
        parts.push(format!("permutation P {}", scientific(permutation.p)));
    }
    for (run, variance) in comparison.runs.iter().zip(&comparison.variance) {
        if let Some(variance) = variance {
            parts.push(format!(
                "{run}: sd between networks {}, within {}",
                number(variance.between_variance.sqrt()),
                number(variance.within_variance.sqrt())
            ));
        }
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    //! Promise: no P is printed as 0, and numbers keep four digits.
    use super::*;

    #[test]
    fn no_p_is_zero() {
        let p = |p, ln_p| probability(TailProbability { p, ln_p });
        assert_eq!(p(1.9e-61, 1.9e-61_f64.ln()), "1.9 × 10⁻⁶¹");
        assert_eq!(p(0.0, -2_302.585), "10^-1000");
        assert_eq!(p(0.0, f64::NEG_INFINITY), "below any number");
    }

    #[test]
    fn four_digits() {
        let written = [4.1, 0.23456, 12.0, 60_000.0, 1.13e-5].map(number);
        assert_eq!(written, ["4.100", "0.2346", "12.00", "60000", "1.1 × 10⁻⁵"]);
    }
}

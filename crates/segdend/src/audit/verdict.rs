//! Verdicts: the words, and how they follow from a measured value, a rule and the scale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::experiments::{Question, Rule};

/// A verdict on a claim.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize, Deserialize,
)]
pub(crate) enum Verdict {
    /// The paper agrees with itself.
    #[serde(rename = "consistent")]
    Consistent,
    /// It does not.
    #[serde(rename = "inconsistent")]
    Inconsistent,
    /// Direction and magnitude are as reported, at the paper's scale.
    #[serde(rename = "reproduced")]
    Reproduced,
    /// The direction is as reported; the magnitude is not, or the scale is smaller.
    #[serde(rename = "direction only")]
    DirectionOnly,
    /// Neither is.
    #[serde(rename = "not reproduced")]
    NotReproduced,
    /// What is here cannot tell; the reason says why.
    #[serde(rename = "not testable here")]
    NotTestableHere,
    /// The runs behind it do not exist at this scale.
    #[serde(rename = "not run at this scale")]
    NotRun,
}

impl Verdict {
    /// All, in the order of tables.
    pub(crate) const ALL: [Self; 7] = [
        Self::Consistent,
        Self::Inconsistent,
        Self::Reproduced,
        Self::DirectionOnly,
        Self::NotReproduced,
        Self::NotTestableHere,
        Self::NotRun,
    ];

    /// The word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Inconsistent => "inconsistent",
            Self::Reproduced => "reproduced",
            Self::DirectionOnly => "direction only",
            Self::NotReproduced => "not reproduced",
            Self::NotTestableHere => "not testable here",
            Self::NotRun => "not run at this scale",
        }
    }
}

/// How a measured value compares with what is reported, whatever the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub(crate) enum Finding {
    /// Direction and magnitude are as reported.
    #[serde(rename = "as-reported")]
    Both,
    /// The direction is, the magnitude is not.
    #[serde(rename = "direction-as-reported")]
    Direction,
    /// Neither is.
    #[serde(rename = "other-than-reported")]
    Neither,
}

/// What stands behind a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// The paper, or the model's rule, alone: no image was shown, and no scale applies.
    PaperAlone,
    /// MNIST, all of the paper's experiment.
    PaperScale,
    /// MNIST, less of it.
    SmallerScale,
    /// Other images than MNIST.
    OtherImages,
}

/// A measured value, with its 95 % interval where it has one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    /// The value.
    pub(crate) value: f64,
    /// Its interval.
    pub(crate) interval: Option<[f64; 2]>,
    /// Numbers that it was computed from.
    pub(crate) count: usize,
    /// In words, where the value alone does not say it.
    pub(crate) words: Option<String>,
    /// Trained networks behind it, where the provenance of its source data does not count them.
    pub(crate) networks: Option<usize>,
}

impl Rule {
    /// Compares a value with the rule.
    pub(crate) fn finding(&self, measured: &Measured) -> Finding {
        let [low, high] = measured.interval.unwrap_or([measured.value; 2]);
        let direction = self.above.is_none_or(|bound| low > bound)
            && self.below.is_none_or(|bound| high < bound);
        let magnitude = self
            .within
            .is_none_or(|[low, high]| (low..=high).contains(&measured.value));
        match (direction, magnitude) {
            (true, true) => Finding::Both,
            (true, false) if self.says_direction() => Finding::Direction,
            _ => Finding::Neither,
        }
    }

    /// Why a value is not as the rule has it; nothing if it is.
    pub(crate) fn miss(&self, measured: &Measured) -> String {
        let value = measured.value;
        let [low, high] = measured.interval.unwrap_or([value; 2]);
        let mut parts = Vec::new();
        let mut misses = |side: &str, bound: f64, value_alone: bool| {
            parts.push(if value_alone {
                format!("the interval is not all {side} {bound}")
            } else {
                format!("the value is not {side} {bound}")
            });
        };
        if let Some(bound) = self.above.filter(|&bound| low <= bound) {
            misses("above", bound, value > bound);
        }
        if let Some(bound) = self.below.filter(|&bound| high >= bound) {
            misses("below", bound, value < bound);
        }
        let outside = |&[from, to]: &[f64; 2]| !(from..=to).contains(&value);
        if let Some([from, to]) = self.within.filter(outside) {
            parts.push(format!("the value is outside {from} to {to}"));
        }
        parts.join("; ")
    }

    /// Whether the rule has a direction.
    pub(crate) fn says_direction(&self) -> bool {
        self.above.is_some() || self.below.is_some()
    }

    /// The rule for people.
    pub(crate) fn in_words(&self) -> String {
        let mut parts = Vec::new();
        if let Some([low, high]) = self.within {
            parts.push(format!("magnitude: from {low} to {high}"));
        }
        if let Some(bound) = self.above {
            parts.push(format!("direction: above {bound}"));
        }
        if let Some(bound) = self.below {
            parts.push(format!("direction: below {bound}"));
        }
        parts.join("; ")
    }
}

/// The verdict and its reason.
///
/// `says_direction` says whether the rule has a direction: without one, a smaller scale says nothing.
/// `miss` says what of the rule is not met.
pub(crate) fn judge(
    question: Question,
    finding: Finding,
    says_direction: bool,
    ground: Ground,
    miss: &str,
) -> (Verdict, String) {
    let said = |verdict, reason: &str| (verdict, reason.to_owned());
    if ground == Ground::OtherImages {
        return said(
            Verdict::NotTestableHere,
            "other images than MNIST: no statement about the paper",
        );
    }
    if question == Question::Consistency {
        return match finding {
            Finding::Both => said(Verdict::Consistent, ""),
            _ => said(Verdict::Inconsistent, miss),
        };
    }
    match (finding, ground) {
        (Finding::Both, Ground::SmallerScale) if !says_direction => said(
            Verdict::NotTestableHere,
            "within the rule, but at a smaller scale than the paper's: that scale has to tell",
        ),
        (Finding::Both, Ground::SmallerScale) => said(
            Verdict::DirectionOnly,
            "within the rule, but at a smaller scale than the paper's",
        ),
        (Finding::Direction, Ground::SmallerScale) => said(
            Verdict::DirectionOnly,
            "the magnitude is another, at a smaller scale than the paper's",
        ),
        (Finding::Neither, Ground::SmallerScale) => said(
            Verdict::NotTestableHere,
            "outside the rule, at a smaller scale than the paper's: that scale has to tell",
        ),
        (Finding::Both, _) => said(Verdict::Reproduced, ""),
        (Finding::Direction, _) => said(Verdict::DirectionOnly, "the magnitude is another"),
        (Finding::Neither, _) => said(Verdict::NotReproduced, miss),
    }
}

#[cfg(test)]
mod tests {
    //! Promise: nothing below the paper's scale is called reproduced or not reproduced, other images
    //! than MNIST say nothing about the paper, and a reason names what of the rule failed.
    use super::*;
    use crate::experiments::Claims;

    const FINDINGS: [Finding; 3] = [Finding::Both, Finding::Direction, Finding::Neither];

    #[test]
    fn scale_limits_the_words() {
        for finding in FINDINGS {
            let (small, reason) = judge(
                Question::Reproduction,
                finding,
                true,
                Ground::SmallerScale,
                "",
            );
            assert!(![Verdict::Reproduced, Verdict::NotReproduced].contains(&small));
            assert!(reason.contains("smaller scale"));
            for question in [Question::Reproduction, Question::Consistency] {
                let (digits, _) = judge(question, finding, true, Ground::OtherImages, "");
                assert_eq!(digits, Verdict::NotTestableHere);
            }
        }
        let value = judge(
            Question::Reproduction,
            Finding::Both,
            false,
            Ground::SmallerScale,
            "",
        );
        assert_eq!(value.0, Verdict::NotTestableHere);
        let at_paper = |f| judge(Question::Reproduction, f, true, Ground::PaperScale, "").0;
        let whole = FINDINGS.map(at_paper);
        assert_eq!(
            whole,
            [
                Verdict::Reproduced,
                Verdict::DirectionOnly,
                Verdict::NotReproduced
            ]
        );
    }

    #[test]
    fn a_direction_needs_the_whole_interval() {
        let rule = Rule {
            within: Some([0.1, 2.0]),
            above: Some(0.0),
            below: None,
        };
        let measured = |value, interval| Measured {
            value,
            interval: Some(interval),
            count: 20,
            words: None,
            networks: None,
        };
        assert_eq!(rule.finding(&measured(0.5, [0.2, 0.8])), Finding::Both);
        assert_eq!(rule.finding(&measured(3.0, [2.0, 4.0])), Finding::Direction);
        assert_eq!(rule.finding(&measured(0.5, [-0.1, 1.1])), Finding::Neither);
        // What is said of it is what failed: the value is inside the rule, its interval is not.
        assert_eq!(rule.miss(&measured(0.5, [0.2, 0.8])), "");
        assert_eq!(
            rule.miss(&measured(0.5, [-0.1, 1.1])),
            "the interval is not all above 0"
        );
        assert_eq!(
            rule.miss(&measured(-3.0, [-4.0, -2.0])),
            "the value is not above 0; the value is outside 0.1 to 2"
        );
    }

    /// Regression: a third layer that harms passed for one that makes no difference only as long as
    /// it harmed by less than the tolerance.
    #[test]
    fn harm_does_not_contradict_a_lack_of_improvement() {
        let claims = Claims::read(None).unwrap();
        let claim = claims.claims.iter().find(|c| c.id == "depth-limit");
        let rule = claim.unwrap().rule.unwrap();
        let improvement = |value: f64| {
            rule.finding(&Measured {
                value,
                interval: Some([value - 0.05, value + 0.05]),
                count: 40,
                words: None,
                networks: None,
            })
        };
        assert_eq!(improvement(-5.0), Finding::Both);
        assert_eq!(improvement(0.0), Finding::Both);
        assert_eq!(improvement(0.31), Finding::Neither);
    }
}

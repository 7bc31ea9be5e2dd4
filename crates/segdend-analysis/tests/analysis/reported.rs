//! Promise: the thirteen t-tests the paper reports can be checked against themselves.
//!
//! Found: all thirteen are consistent within the rounding of t (two decimals) and of P (two
//! digits). Twelve of them only as P times three: they are Bonferroni-corrected, as stated. The
//! thirteenth (Figure 8B, regular against sparse, no correction stated) only as it is. One of the
//! twelve, total against strong attenuation (Figure 9B), needs the rounding of t: t = -4.00
//! exactly would have been reported as 8.5e-4, not 8.4e-4.

use crate::reference_data::{number, read};
use segdend_analysis::two_tailed_p;

struct Reported {
    name: String,
    t: f64,
    degrees_of_freedom: f64,
    p: String,
    comparisons: usize,
}

fn reported() -> Vec<Reported> {
    read(
        "reported_t_tests.csv",
        &["figure", "comparison", "t", "df", "p", "comparisons"],
    )
    .into_iter()
    .map(|row| Reported {
        name: format!("{} {}", row[0], row[1]),
        t: number(&row[2]),
        degrees_of_freedom: number(&row[3]),
        p: row[4].clone(),
        comparisons: row[5].parse().unwrap(),
    })
    .collect()
}

impl Reported {
    fn p_from(&self, t: f64, comparisons: usize) -> f64 {
        two_tailed_p(t, self.degrees_of_freedom)
            .unwrap()
            .bonferroni(comparisons)
            .unwrap()
            .p
    }

    /// Whether some t that rounds to the reported one gives a P that rounds to the reported one.
    fn is_consistent_after(&self, comparisons: usize) -> bool {
        let half_unit_of_t = 0.005;
        let exponent: i32 = self.p.split_once('e').unwrap().1.parse().unwrap();
        let half_unit_of_p = 0.05 * 10_f64.powi(exponent);
        let least = self.p_from(self.t.abs() + half_unit_of_t, comparisons);
        let most = self.p_from(self.t.abs() - half_unit_of_t, comparisons);
        let p = number(&self.p);
        least <= p + half_unit_of_p && p - half_unit_of_p <= most
    }

    /// Whether the reported t, taken as exact, gives the reported P to two digits.
    fn is_reproduced_after(&self, comparisons: usize) -> bool {
        format!("{:.1e}", self.p_from(self.t, comparisons)) == self.p
    }
}

#[test]
fn all_thirteen_are_consistent_with_the_stated_correction() {
    let reported = reported();
    assert_eq!(reported.len(), 13);
    for test in &reported {
        assert!(test.is_consistent_after(test.comparisons), "{}", test.name);
    }
}

#[test]
fn the_stated_correction_is_the_only_one_that_fits() {
    for test in reported() {
        let other = if test.comparisons == 1 { 3 } else { 1 };
        assert!(
            !test.is_consistent_after(other),
            "{} after {other}",
            test.name
        );
    }
    let raw: Vec<_> = reported()
        .into_iter()
        .filter(|test| test.is_consistent_after(1))
        .collect();
    assert_eq!(raw.len(), 1);
    assert_eq!(raw[0].name, "8B regular vs sparse");
}

#[test]
fn one_needs_the_rounding_of_t() {
    let needing: Vec<_> = reported()
        .into_iter()
        .filter(|test| !test.is_reproduced_after(test.comparisons))
        .map(|test| test.name)
        .collect();
    assert_eq!(needing, ["9B total vs strong attenuation"]);
}

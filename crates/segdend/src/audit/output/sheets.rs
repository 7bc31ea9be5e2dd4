//! What the audit says of each question, as sheets with text around them.

use maud::{Markup, html};

use super::words::{
    ABOUT_INTERVALS, ABOUT_SEEDS, allowed, each, effect, effect_n, n, ours, ours_in_words,
    over_networks, paired, parameters, probability, under_set, with_interval,
};
use crate::audit::consistency::Checked;
use crate::audit::verdict::Verdict;
use crate::audit::{Audit, JudgedClaim};
use crate::experiments::ParameterSet;
use crate::render::Part::{self, Text};
use crate::render::{Cell, Section, Sheet};

/// How a verdict is coloured; the word says it too.
pub(crate) fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Consistent | Verdict::Reproduced => "good",
        Verdict::DirectionOnly => "part",
        Verdict::Inconsistent | Verdict::NotReproduced => "bad",
        Verdict::NotTestableHere | Verdict::NotRun => "none",
    }
}

/// A verdict's word, coloured.
pub(crate) fn toned(verdict: Verdict) -> Markup {
    html! { span class={ "verdict " (tone(verdict)) } { (verdict.word()) } }
}

fn judged(verdict: Verdict) -> Cell {
    Cell::shown(verdict.word(), toned(verdict))
}

/// A claim in words, leading to it.
fn link(claims: &[JudgedClaim], id: &str) -> Markup {
    html! {
        @if let Some(claim) = claims.iter().find(|claim| claim.id == id) {
            a href={ "#claim-" (id) } { (claim.claim) " (" (claim.elife) ")" }
        }
    }
}

/// A reason, and the command that would do away with it.
fn reason(reason: &str, command: &Option<String>) -> Cell {
    match command {
        None => reason.into(),
        Some(command) => Cell::shown(
            format!("{reason}; `{command}`"),
            html! { (reason) " " code { (command) } },
        ),
    }
}

fn both([first, second]: [usize; 2]) -> String {
    format!("{first} + {second}")
}

/// How many claims have which verdict; on request only verdicts that a claim has.
pub(crate) fn counts(audit: &Audit, least: usize) -> Sheet {
    let counts = audit.counts.iter().filter(|count| count.claims >= least);
    Sheet::of("Claims by verdict", &counts.collect::<Vec<_>>())
        .text("verdict", |count| judged(count.verdict))
        .number("claims", |count| count.claims)
        .done()
}

/// Reported tests, checked; `claims` are those that they may be.
pub(super) fn checked(tests: &[Checked], claims: &[JudgedClaim]) -> Sheet {
    let error = |test: &Checked| match test.decision_error {
        true => ", decision error",
        false => "",
    };
    let title = "Every reported t-test, recomputed: is P what t and the degrees of freedom give, within the rounding \
                 of both, under the correction that the legend states?";
    Sheet::of(title, tests)
        .text("where", |test| &test.source)
        .detail("comparison", |test| {
            let id = test.claim.as_deref().unwrap_or_default();
            Cell::shown(&test.what, link(claims, id))
        })
        .text("test", |test| {
            let of = match test.df.as_str() {
                "" => test.test.clone(),
                df => format!("{}({df})", test.test),
            };
            match test.statistic.starts_with(['<', '>']) {
                true => format!("{of} {}", test.statistic),
                false => format!("{of} = {}", test.statistic),
            }
        })
        .number("reported P", |test| &test.reported_p)
        .number("P raw", |test| probability(test.raw_p))
        .number("P corrected", |test| probability(test.corrected_p))
        .text("allowed by rounding", allowed)
        .text("fits", Checked::under)
        .detail("verdict", |test| {
            Cell::shown(
                test.verdict.word(),
                html! { (toned(test.verdict)) (error(test)) },
            )
        })
        .brief("verdict", Checked::verdict_in_words)
        .done()
}

/// The four questions, and the differences between paper and program.
pub(crate) fn sections(audit: &Audit) -> [Section; 5] {
    [
        consistency(audit),
        claims(audit),
        networks(audit),
        sensitivity(audit),
        differences(audit),
    ]
}

fn consistency(audit: &Audit) -> Section {
    Section {
        id: "consistency",
        heading: "1. Does a reported test agree with itself?",
        parts: vec![Part::Sheet(checked(&audit.consistency, &audit.claims))],
    }
}

fn claims(audit: &Audit) -> Section {
    let sheet = Sheet::of("", &audit.claims)
        .text("id", |claim| &claim.id)
        .detail("claim", |claim| &claim.claim)
        .detail("where", |claim| &claim.elife)
        .text("reported", |claim| &claim.reported)
        .detail("ours [95 %]", ours_in_words)
        .brief("ours [95 %]", ours)
        .text("n", n)
        .number("networks", |claim| claim.networks)
        .detail("rule", |claim| &claim.rule)
        .text("verdict", |claim| judged(claim.verdict))
        .detail("reason", |claim| reason(&claim.reason, &claim.command))
        .done();
    let about = format!(
        "{} n says of how many numbers a value is made; its interval is over these, not over other networks.",
        parameters(&audit.claims)
    );
    let note =
        |claim: &JudgedClaim| Some(format!("\n- `{}`: {}", claim.id, claim.remark.as_ref()?));
    let notes: String = audit.claims.iter().filter_map(note).collect();
    Section {
        id: "claims",
        heading: "2. The claims, in the published design",
        parts: vec![
            Text(about),
            Part::Sheet(sheet),
            Text(format!("Notes:\n{notes}")),
        ],
    }
}

fn networks(audit: &Audit) -> Section {
    let title = "Every comparison over independently trained networks. The published tests compare 20 tests of one \
                 network with 20 tests of another: they count test noise. Here each network counts once.";
    let compared = Sheet::of(title, &audit.independent_networks)
        .text("claim", |found| {
            Cell::shown(&found.claim, link(&audit.claims, &found.claim))
        })
        .text("networks", |found| both(found.networks))
        .text("difference [95 %]", |found| {
            with_interval(found.difference, found.difference_interval)
        })
        .text("within a seed [95 %]", |found| paired(&found.paired))
        .detail("effect and tests", over_networks)
        .detail("rule", |found| &found.rule)
        .text("verdict", |found| judged(found.verdict))
        .detail("reason", |found| reason(&found.reason, &found.command))
        .done();
    let design = |id: &str| audit.claims.iter().find(|claim| claim.id == id);
    let each = Sheet::of("Claims about errors in every network", &audit.each_network)
        .text("claim", |found| {
            Cell::shown(&found.claim, link(&audit.claims, &found.claim))
        })
        .text("run", |found| found.runs.join(" − "))
        .detail("value of every network", each)
        .text("mean [95 %]", |found| {
            with_interval(found.mean, found.interval)
        })
        .text("as reported by themselves", |found| {
            format!("{} of {}", found.as_reported, found.values.len())
        })
        .detail("rule", |found| {
            design(&found.claim).map_or("", |claim| &claim.rule)
        })
        .text("verdict on the mean", |found| judged(found.verdict))
        .detail("verdict in the published design", |found| {
            design(&found.claim).map_or("".into(), |claim| judged(claim.verdict))
        })
        .done();
    let about = "Claims about the errors of one network, or of two of one seed, in every network; the interval is over \
                 networks, or over pairs of one seed:";
    Section {
        id: "networks",
        heading: "3. Over independent networks",
        parts: vec![
            Part::Sheet(compared),
            Text(ABOUT_SEEDS.to_owned()),
            Text(about.to_owned()),
            Part::Sheet(each),
        ],
    }
}

fn sensitivity(audit: &Audit) -> Section {
    let title = "Every comparison under every set of parameters, difference in percentage points";
    let mut rows = Sheet::of(title, &audit.sensitivity).text("claim", |found| {
        Cell::shown(&found.claim, link(&audit.claims, &found.claim))
    });
    for (place, set) in ParameterSet::all().enumerate() {
        rows = rows.detail(set.name(), |found| {
            found.sets.get(place).map_or(String::new(), under_set)
        });
    }
    let sheet = rows
        .detail("rule", |found| &found.rule)
        .text("verdict", |found| judged(found.verdict))
        .detail("reason", |found| reason(&found.reason, &found.command))
        .done();
    Section {
        id: "sensitivity",
        heading: "4. Under every set of parameters",
        parts: vec![Part::Sheet(sheet), Text(ABOUT_INTERVALS.to_owned())],
    }
}

fn differences(audit: &Audit) -> Section {
    let name = "effect of the paper's reading on the test error, points [95 %]";
    let sheet = Sheet::of(
        "Where the paper and the authors' program differ",
        &audit.differences,
    )
    .text("what", |found| &found.what)
    .text("paper", |found| &found.paper)
    .text("program", |found| &found.program)
    .text("tried in", |found| found.run.as_deref().unwrap_or_default())
    .text(name, effect)
    .text("n and interval", effect_n)
    .text("note", |found| found.note.as_deref().unwrap_or_default())
    .text("to compute", |found| match &found.command {
        Some(command) => Cell::shown(format!("`{command}`"), html! { code { (command) } }),
        None => "".into(),
    })
    .done();
    let about = "The effect is the mean, over the seeds of which there is a network with the paper's reading and one \
                 without, of the one's mean test error less the other's.";
    Section {
        id: "differences",
        heading: "Differences between the paper and the authors' program",
        parts: vec![Text(about.to_owned()), Part::Sheet(sheet)],
    }
}

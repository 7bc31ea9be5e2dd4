//! The results in `README.md`: the headline picture, the headline claims, time and machine.

use std::path::Path;

use crate::audit::output::{trained, with_interval};
use crate::audit::verdict::Verdict;
use crate::audit::{Audit, JudgedClaim};
use crate::experiments::{Claims, Measurement, PAPER_SCALE};
use crate::output::duration;
use crate::render::markdown::{head, row};

/// The name of the block in `README.md`.
pub(crate) const BLOCK: &str = "results";
/// The picture that stands above the table.
const PICTURE: &str = "fig6b";
const HEAD: [&str; 6] = [
    "claim",
    "eLife",
    "reported",
    "ours, one network",
    "over networks",
    "verdict",
];

/// The block: of an audit, or of none.
pub(crate) fn block(claims: &Claims, judged: Option<&Audit>, report: &Path) -> String {
    let Some(judged) = judged else {
        return format!(
            "There are no results at {PAPER_SCALE} scale yet: `just reproduce-all {PAPER_SCALE}` computes them, \
             `just report {PAPER_SCALE}` judges them.\n"
        );
    };
    let mut text = picture(report);
    text.push_str(&head(&HEAD));
    let mut notes = Vec::new();
    for claim in claims.claims.iter().filter(|claim| claim.headline) {
        if let Some(found) = judged.claims.iter().find(|found| found.id == claim.id) {
            let mut cells = cells(&claim.measurement, found, judged);
            if let Some(remark) = &found.remark {
                notes.push(remark.as_str());
                cells[0].push_str(&format!(" <sup>{}</sup>", notes.len()));
            }
            text.push_str(&row(&cells));
        }
    }
    text.push_str(
        "\nOne network is the published design: repeated tests of one trained network; intervals are over these. Over \
         networks: the mean of the networks' mean errors ± their standard deviation, how many of them are as reported \
         each by itself, and the verdict on their mean; or the difference with its 95 % interval over networks, and its \
         own verdict. In brackets how many networks, which differ in the seed alone.\n",
    );
    for (index, note) in notes.iter().enumerate() {
        text.push_str(&format!("\n<sup>{}</sup> {note}\n", index + 1));
    }
    text.push_str(&counts(judged, report));
    text.push_str(&time(judged));
    text.push_str(
        "\nTo check: `just verify` trains one of these networks again for an epoch and compares its weights bit by bit, \
         then makes every table, picture and verdict again from what is kept here and compares them byte by byte.\n",
    );
    text
}

fn picture(report: &Path) -> String {
    let file = format!("figures/{PICTURE}.png");
    if report.join(&file).is_file() {
        format!(
            "![Test error over 60 epochs with no, one and two hidden layers](reports/{PAPER_SCALE}/{file})\n\n"
        )
    } else {
        format!(
            "The picture of Figure 6B is not made yet: `just figure {PICTURE} {PAPER_SCALE}`.\n\n"
        )
    }
}

fn cells(measurement: &Measurement, claim: &JudgedClaim, judged: &Audit) -> [String; 6] {
    let errors = measurement
        .source()
        .is_some_and(|source| source.ends_with("_final_errors.csv"));
    let unit = match measurement {
        _ if !errors || claim.ours == NONE => "",
        Measurement::Difference { .. } => " points",
        _ => " %",
    };
    let over = match measurement {
        Measurement::Difference { .. } => difference_over_networks(claim, judged),
        _ if errors => error_over_networks(measurement, claim, judged),
        _ => None,
    };
    // A difference does not say which of two errors is the higher.
    let ours = match (&claim.words, measurement) {
        (Some(words), Measurement::Difference { .. }) => {
            format!("{}{unit} ({words})", claim.ours)
        }
        _ => format!("{}{unit}", claim.ours),
    };
    [
        claim.claim.clone(),
        place(&claim.elife),
        claim.reported.clone(),
        ours,
        over.unwrap_or_else(|| NONE.to_owned()),
        verdict(claim.verdict),
    ]
}

/// What stands where there is nothing.
const NONE: &str = "–";

/// The figure, or where there is none the whole reference.
fn place(elife: &str) -> String {
    let part = elife.rsplit("; ").next().unwrap_or(elife);
    part.to_owned()
}

fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Reproduced | Verdict::Consistent => verdict.word().to_owned(),
        _ => format!("**{}**", verdict.word()),
    }
}

fn error_over_networks(
    measurement: &Measurement,
    claim: &JudgedClaim,
    judged: &Audit,
) -> Option<String> {
    let columns = measurement.columns();
    let run = columns.first()?.strip_prefix("run:")?;
    let condition = judged.conditions.iter().find(|it| it.run == run)?;
    let mean = condition.mean_percent?;
    let networks = condition.networks;
    let Some(deviation) = condition.standard_deviation_points else {
        return Some(format!("{mean:.2} % ({networks})"));
    };
    let each = judged.each_network.iter().find(|it| it.claim == claim.id);
    let told = each.map_or(String::new(), |each| {
        let (some, all) = (each.as_reported, each.values.len());
        format!(", {some} of {all} as reported: {}", verdict(each.verdict))
    });
    Some(format!("{mean:.2} ± {deviation:.2} % ({networks}){told}"))
}

fn difference_over_networks(claim: &JudgedClaim, judged: &Audit) -> Option<String> {
    let mut all = judged.independent_networks.iter();
    let over = all.find(|over| over.claim == claim.id)?;
    over.difference?;
    let value = with_interval(over.difference, over.difference_interval);
    let [first, second] = over.networks;
    Some(format!(
        "{value} points ({first} + {second}): {}",
        verdict(over.verdict)
    ))
}

fn counts(judged: &Audit, report: &Path) -> String {
    let total: usize = judged.counts.iter().map(|count| count.claims).sum();
    let parts: Vec<String> = judged
        .counts
        .iter()
        .filter(|count| count.claims > 0)
        .map(|count| format!("{} {}", count.claims, count.verdict.word()))
        .collect();
    let links = [
        ("audit.md", "all of them"),
        ("findings.md", "what did not come out as reported"),
        ("index.html", "the page with pictures"),
    ];
    let links: Vec<String> = links
        .iter()
        .filter(|(file, _)| report.join(file).is_file())
        .map(|(file, name)| format!("[{name}](reports/{PAPER_SCALE}/{file})"))
        .collect();
    let links = match links.as_slice() {
        [] => String::new(),
        links => format!(" ({})", links.join(", ")),
    };
    format!("\nOf {total} claims{links}: {}.\n", parts.join(", "))
}

fn time(judged: &Audit) -> String {
    if judged.networks == 0 {
        return "\nNo network is trained at this scale yet.\n".to_owned();
    }
    let searches = match judged.recorded.search_trainings {
        0 => String::new(),
        trainings => format!(
            ", of it {} for the {trainings} trainings of the search for learning rates",
            duration(judged.recorded.search_seconds)
        ),
    };
    format!(
        "\n{} on {}: {} of training and testing; {} recordings: {}{searches}. These are sums of wall times over the \
         manifests, so that what ran side by side counts each for itself. Machine: {}.\n",
        trained(judged.networks, judged.distinct_networks),
        judged.data_sets.join(", "),
        duration(judged.wall_seconds),
        judged.recorded.recordings,
        duration(judged.recorded.recording_seconds),
        judged.machines.join("; ")
    )
}

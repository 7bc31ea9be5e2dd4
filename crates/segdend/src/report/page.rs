//! The page from top to bottom.

use anyhow::{Context, Result};

use super::html::{escape, inline_svg, table};
use super::{Ways, tables};
use crate::audit::output::{n, ours_in_words, parameters, trained, with_interval};
use crate::audit::sources::Sources;
use crate::audit::verdict::Verdict;
use crate::audit::{Audit, JudgedClaim};
use crate::experiments::{Experiments, Figure, PAPER_SCALE, TEXT_PANEL};
use crate::output::duration;

const STYLE: &str = include_str!("style.css");

/// How a verdict is coloured; the word says it too.
pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Consistent | Verdict::Reproduced => "good",
        Verdict::DirectionOnly => "part",
        Verdict::Inconsistent | Verdict::NotReproduced => "bad",
        Verdict::NotTestableHere | Verdict::NotRun => "none",
    }
}

/// A verdict's word, coloured.
pub(super) fn word(verdict: Verdict) -> String {
    format!(
        "<span class=\"verdict {}\">{}</span>",
        class(verdict),
        verdict.word()
    )
}

/// The whole page.
pub(crate) fn page(
    audit: &Audit,
    sources: &Sources,
    experiments: &Experiments,
    ways: &Ways,
) -> Result<String> {
    let mut sections: Vec<(&str, String)> = Vec::new();
    let mut add = |heading, part: String| match sections.iter_mut().find(|(it, _)| *it == heading) {
        Some((_, text)) => text.push_str(&part),
        None => sections.push((heading, part)),
    };
    for figure in &experiments.figures {
        add(figure.heading(), panel(figure, audit, sources, ways)?);
    }
    add(
        TEXT_HEADING,
        claims_alone(audit, ways, "text", TEXT_TITLE, |panel| panel == TEXT_PANEL),
    );
    let others = claims_alone(
        audit,
        ways,
        "claims-of-other-figures",
        OTHERS_TITLE,
        |panel| {
            panel != TEXT_PANEL
                && experiments
                    .figures
                    .iter()
                    .all(|figure| figure.name() != panel)
        },
    );
    if !others.is_empty() {
        add(OTHERS_HEADING, others);
    }
    let headings: Vec<&str> = sections.iter().map(|(heading, _)| *heading).collect();
    let mut text = head(audit, &headings);
    text.push_str(&overview(audit));
    for (heading, section) in &sections {
        text.push_str(&format!(
            "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n{section}</section>\n",
            anchor(heading),
            escape(heading)
        ));
    }
    text.push_str(&tables::all(audit));
    text.push_str(&provenance(audit, ways)?);
    text.push_str("</main>\n<footer><p>Made by <code>segdend report</code> from source data alone. The audit as data: ");
    let file = |name: &str| ways.link(&ways.report.join(name), name);
    text.push_str(&format!(
        "{}, {}, {}.</p></footer>\n</body>\n</html>\n",
        file("audit.json"),
        file("audit.csv"),
        file("audit.md")
    ));
    Ok(text)
}

fn anchor(heading: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    heading.chars().map(plain).collect()
}

fn head(audit: &Audit, headings: &[&str]) -> String {
    let title = format!("Replication and audit, {} scale", audit.scale);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{0}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">To the content</a>\n<header>\n<h1>{0}</h1>\n\
         <p>Guerguiev, Lillicrap and Richards, <cite>Towards deep learning with segregated dendrites</cite>, \
         eLife 2017;6:e22901, arXiv 1610.00161: its figures made anew, its claims measured.</p>\n\
         <nav aria-label=\"Sections\">\n<ul>\n<li><a href=\"#overview\">Overview</a></li>\n",
        escape(&title)
    );
    let sections = headings
        .iter()
        .map(|heading| (anchor(heading), (*heading).to_owned()))
        .chain(tables::SECTIONS.map(|(id, name)| (id.to_owned(), name.to_owned())))
        .chain([("provenance".to_owned(), "Methods and provenance".to_owned())]);
    for (id, name) in sections {
        text.push_str(&format!(
            "<li><a href=\"#{id}\">{}</a></li>\n",
            escape(&name)
        ));
    }
    text.push_str("</ul>\n</nav>\n</header>\n<main id=\"content\">\n");
    text
}

fn overview(audit: &Audit) -> String {
    let mut text =
        "<section aria-labelledby=\"overview\">\n<h2 id=\"overview\">Overview</h2>\n".to_owned();
    let digits = !audit.data_sets.is_empty() && audit.data_sets.iter().all(|set| set != "MNIST");
    if digits {
        text.push_str("<p class=\"stamp\"><strong>Not MNIST.</strong> Digits drawn by the program stand in for it: nothing on this page that was shown an image is a verdict on the paper.</p>\n");
    } else if audit.scale != PAPER_SCALE {
        text.push_str(&format!("<p class=\"stamp\"><strong>Scale {}: not the paper’s experiment.</strong> What is within a rule here is at most called “direction only”; nothing that is trained is called reproduced.</p>\n", escape(&audit.scale)));
    }
    text.push_str(&format!("<p>{}</p>\n", escape(&audit.caution)));
    let rows: Vec<Vec<String>> = audit
        .counts
        .iter()
        .filter(|count| count.claims > 0)
        .map(|count| vec![word(count.verdict), count.claims.to_string()])
        .collect();
    text.push_str(&table("Claims by verdict", &["Verdict", "Claims"], &rows));
    let consistent = audit.consistency.iter().filter(|c| !c.error).count();
    let none = |list: &[String]| {
        if list.is_empty() {
            "none".to_owned()
        } else {
            escape(&list.join("; "))
        }
    };
    text.push_str("<dl>\n");
    for (name, value) in [
        ("Scale", escape(&audit.scale)),
        ("Data set", none(&audit.data_sets)),
        (
            "Trained networks",
            escape(&trained(audit.networks, audit.distinct_networks)),
        ),
        ("Parameters", escape(&parameters(&audit.claims))),
        (
            "Reported t-tests",
            format!(
                "{consistent} of {} agree with themselves",
                audit.consistency.len()
            ),
        ),
        ("Machine", none(&audit.machines)),
        ("Time of training and testing", duration(audit.wall_seconds)),
    ] {
        text.push_str(&format!("<dt>{name}</dt><dd>{value}</dd>\n"));
    }
    text.push_str("</dl>\n</section>\n");
    text
}

/// Where statements without a picture are, and what they are called.
const TEXT_HEADING: &str = "Methods and mathematics";
const TEXT_TITLE: &str = "Statements without a picture";
/// The same of claims about figures that a project does not have.
const OTHERS_HEADING: &str = "Other figures";
const OTHERS_TITLE: &str = "Claims about figures that this project does not have";

fn panel(figure: &Figure, audit: &Audit, sources: &Sources, ways: &Ways) -> Result<String> {
    let (name, title) = (figure.name(), figure.title());
    let svg_path = ways.figures.join(format!("{name}.svg"));
    let outdated = sources.are_outdated(&figure.source_files());
    let drawn = svg_path.is_file() && !outdated;
    let claims = cards(audit, ways, |panel| panel == name);
    let mut text = format!(
        "<section aria-labelledby=\"{name}\">\n<h3 id=\"{name}\">{}</h3>\n<div class=\"panel{}\">\n<figure aria-labelledby=\"{name}\">\n",
        escape(title),
        if claims.is_empty() { " plain" } else { "" }
    );
    if drawn {
        let svg = std::fs::read_to_string(&svg_path)
            .with_context(|| format!("cannot read {}", svg_path.display()))?;
        text.push_str(&inline_svg(svg.trim_end(), name, title));
        text.push('\n');
    } else {
        text.push_str(&format!(
            "<p class=\"missing\">Not made at this scale: <code>just figure {name} {}</code></p>\n",
            escape(&audit.scale)
        ));
    }
    let files = if outdated {
        String::new()
    } else {
        files(figure, sources, ways)
    };
    text.push_str(&format!(
        "<figcaption>{}{files}</figcaption>\n</figure>\n{claims}</div>\n</section>\n",
        escape(figure.legend()),
    ));
    Ok(text)
}

/// Claims without a figure; nothing if there are none.
fn claims_alone(
    audit: &Audit,
    ways: &Ways,
    id: &str,
    title: &str,
    of: impl Fn(&str) -> bool,
) -> String {
    let claims = cards(audit, ways, of);
    if claims.is_empty() {
        return claims;
    }
    format!(
        "<section aria-labelledby=\"{id}\">\n<h3 id=\"{id}\">{title}</h3>\n{claims}</section>\n"
    )
}

/// The claims about some panels; nothing if there are none.
fn cards(audit: &Audit, ways: &Ways, of: impl Fn(&str) -> bool) -> String {
    let claims = audit.claims.iter().filter(|claim| of(&claim.panel));
    let cards: String = claims.map(|judged| claim(judged, ways)).collect();
    if cards.is_empty() {
        return cards;
    }
    format!("<div>\n{cards}</div>\n")
}

/// Links to a panel's pictures, source data and the manifests behind it.
fn files(figure: &Figure, sources: &Sources, ways: &Ways) -> String {
    let mut links = Vec::new();
    for ending in ["svg", "png"] {
        let name = format!("{}.{ending}", figure.name());
        let path = ways.figures.join(&name);
        if path.is_file() {
            links.push(ways.link(&path, &name));
        }
    }
    let mut manifests = Vec::new();
    for name in figure.source_files() {
        if let Some(path) = sources.path(&name) {
            let file = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            links.push(ways.link(&path, &file));
        }
        for run in sources
            .provenance(&name)
            .map(|p| p.runs.as_slice())
            .unwrap_or_default()
        {
            let path = ways.runs.join(&run.directory).join("manifest.json");
            let link = ways.link(&path, &format!("manifest of {}", run.run));
            if !manifests.contains(&link) {
                manifests.push(link);
            }
        }
    }
    links.extend(manifests);
    if links.is_empty() {
        String::new()
    } else {
        format!("<br>Files: {}", links.join(", "))
    }
}

fn claim(claim: &JudgedClaim, ways: &Ways) -> String {
    let mut text = format!(
        "<article class=\"claim {0}\" aria-labelledby=\"claim-{1}\">\n<h4 id=\"claim-{1}\">{2}</h4>\n<p>{3}{4}</p>\n<dl>\n",
        class(claim.verdict),
        claim.id,
        escape(&claim.claim),
        word(claim.verdict),
        if claim.reason.is_empty() {
            String::new()
        } else {
            format!(": {}", escape(&claim.reason))
        }
    );
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("<dt>{name}</dt><dd>{value}</dd>\n"));
        }
    };
    row("Reported", escape(&claim.reported));
    row("Ours", escape(&ours_in_words(claim)));
    if let Some(published) = &claim.published_design {
        row(
            "Difference",
            format!(
                "{} percentage points",
                escape(&with_interval(
                    Some(published.difference),
                    published.difference_interval
                ))
            ),
        );
        row(
            "Effect",
            escape(&format!(
                "Cohen's d {}, in units of test noise",
                with_interval(Some(published.effect.cohens_d), published.effect_interval)
            )),
        );
    }
    row("Networks", claim.networks.to_string());
    row("n", escape(&n(claim)));
    row("Measured", escape(&claim.measured_as));
    row("Rule", escape(&claim.rule));
    row(
        "Where",
        escape(&format!("{} (arXiv: {})", claim.elife, claim.arxiv)),
    );
    row(
        "Remark",
        claim.remark.as_deref().map(escape).unwrap_or_default(),
    );
    row(
        "To compute",
        claim
            .command
            .as_deref()
            .map(|command| format!("<code>{}</code>", escape(command)))
            .unwrap_or_default(),
    );
    let file = |name: &Option<String>| {
        name.as_ref()
            .map(|name| ways.link(&ways.source_data.join(name), name))
    };
    row(
        "Source data",
        [file(&claim.source_data), file(&claim.provenance)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
    );
    text.push_str("</dl>\n</article>\n");
    text
}

fn provenance(audit: &Audit, ways: &Ways) -> Result<String> {
    let mut text = "<section aria-labelledby=\"provenance\">\n<h2 id=\"provenance\">Methods and provenance</h2>\n\
        <p>Every number comes from a file of source data, every such file names its runs, every run has a manifest with \
        its resolved specification, its seed, the check sums of the images and of its weights, the machine and the time. \
        Intervals cover 95 %: Student's for means, Welch's for differences (pooled where the paper's corrected test judges, and between two networks), Wilson's for shares, Fisher's for correlations, \
        bootstrap (bias-corrected) for effects. P values come from survival functions and their logarithms.</p>\n".to_owned();
    text.push_str(&format!(
        "<p>Program {}, numbers of model version {}.</p>\n",
        escape(&audit.program_version),
        audit.model_version
    ));
    let mut rows = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(&ways.runs)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        let manifest: Option<crate::manifest::Manifest> =
            crate::run_directory::read_json(&path.join("manifest.json"))?;
        let Some(manifest) = manifest else { continue };
        // As in the audit: finished networks, numbers of this version of the model.
        if manifest.model_version != audit.model_version || !path.join("result.json").is_file() {
            continue;
        }
        rows.push(vec![
            ways.link(&path.join("manifest.json"), &manifest.run),
            manifest.seed.to_string(),
            manifest.spec.epochs.to_string(),
            escape(&crate::data_source::short_name(&manifest.data.source)),
            duration(manifest.wall_seconds.training + manifest.wall_seconds.testing),
            format!(
                "<code>{}</code>",
                &manifest.weights_sha256[..16.min(manifest.weights_sha256.len())]
            ),
        ]);
    }
    if !rows.is_empty() {
        text.push_str(&table(
            "Trained networks at this scale",
            &[
                "Run",
                "Seed",
                "Epochs",
                "Images",
                "Time",
                "Weights, SHA-256",
            ],
            &rows,
        ));
    }
    text.push_str("</section>\n");
    Ok(text)
}

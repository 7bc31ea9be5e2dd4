//! The page from top to bottom.

use anyhow::{Context, Result};

use super::html::{escape, inline_svg, table};
use super::{Legend, Legends, Ways, tables};
use crate::audit::output::{n, ours_in_words, parameters, trained, with_interval};
use crate::audit::sources::Sources;
use crate::audit::verdict::Verdict;
use crate::audit::{Audit, JudgedClaim};
use crate::experiments::{Experiments, PAPER_SCALE};
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
    legends: &Legends,
    sources: &Sources,
    experiments: &Experiments,
    ways: &Ways,
) -> Result<String> {
    let mut figures: Vec<(&str, Vec<&Legend>)> = Vec::new();
    for legend in &legends.panels {
        match figures.last_mut() {
            Some((figure, panels)) if *figure == legend.figure => panels.push(legend),
            _ => figures.push((&legend.figure, vec![legend])),
        }
    }
    let mut text = head(audit, &figures);
    text.push_str(&overview(audit));
    for (figure, panels) in &figures {
        text.push_str(&format!(
            "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n",
            anchor(figure),
            escape(figure)
        ));
        for legend in panels {
            text.push_str(&panel(legend, audit, sources, experiments, ways)?);
        }
        text.push_str("</section>\n");
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

fn head(audit: &Audit, figures: &[(&str, Vec<&Legend>)]) -> String {
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
    let sections = figures
        .iter()
        .map(|(figure, _)| (anchor(figure), (*figure).to_owned()))
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

fn panel(
    legend: &Legend,
    audit: &Audit,
    sources: &Sources,
    experiments: &Experiments,
    ways: &Ways,
) -> Result<String> {
    let svg_path = ways.figures.join(format!("{}.svg", legend.name));
    let mut figures = experiments.figures.iter();
    let figure = figures.find(|figure| figure.name() == legend.name);
    let known = figure.is_some();
    let outdated = figure.is_some_and(|figure| sources.are_outdated(&figure.source_files()));
    let drawn = svg_path.is_file() && !outdated;
    let claims: Vec<&JudgedClaim> = audit
        .claims
        .iter()
        .filter(|claim| claim.panel == legend.name)
        .collect();
    if !known && claims.is_empty() && !drawn {
        return Ok(String::new());
    }
    let mut text = format!(
        "<section aria-labelledby=\"{0}\">\n<h3 id=\"{0}\">{1}</h3>\n<div class=\"panel{2}\">\n<figure aria-labelledby=\"{0}\">\n",
        legend.name,
        escape(&legend.title),
        if claims.is_empty() { " plain" } else { "" }
    );
    if drawn {
        let svg = std::fs::read_to_string(&svg_path)
            .with_context(|| format!("cannot read {}", svg_path.display()))?;
        text.push_str(&inline_svg(svg.trim_end(), &legend.name, &legend.title));
        text.push('\n');
    } else if legend.name != "text" {
        let what = if known {
            format!(
                "Not made at this scale: <code>just figure {} {}</code>",
                legend.name,
                escape(&audit.scale)
            )
        } else {
            "Not among the figures of this project.".to_owned()
        };
        text.push_str(&format!("<p class=\"missing\">{what}</p>\n"));
    }
    text.push_str(&format!(
        "<figcaption>{}{}</figcaption>\n</figure>\n",
        escape(&legend.legend),
        if outdated {
            String::new()
        } else {
            files(legend, sources, experiments, ways)
        }
    ));
    if !claims.is_empty() {
        text.push_str("<div>\n");
        for judged in &claims {
            text.push_str(&claim(judged, ways));
        }
        text.push_str("</div>\n");
    }
    text.push_str("</div>\n</section>\n");
    Ok(text)
}

/// Links to a panel's pictures, source data and the manifests behind it.
fn files(legend: &Legend, sources: &Sources, experiments: &Experiments, ways: &Ways) -> String {
    let mut links = Vec::new();
    for ending in ["svg", "png"] {
        let name = format!("{}.{ending}", legend.name);
        let path = ways.figures.join(&name);
        if path.is_file() {
            links.push(ways.link(&path, &name));
        }
    }
    let figure = experiments
        .figures
        .iter()
        .find(|figure| figure.name() == legend.name);
    let mut manifests = Vec::new();
    for name in figure
        .map(|figure| figure.source_files())
        .unwrap_or_default()
    {
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

//! The page from top to bottom.

use anyhow::Result;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::panel::{claims_alone, panel};
use super::{Ways, list, listed};
use crate::audit::Audit;
use crate::audit::output::{parameters, sheets, trained};
use crate::audit::runs::Networks;
use crate::audit::sources::Sources;
use crate::data_source::short_name;
use crate::experiments::{Experiments, PAPER_SCALE, TEXT_PANEL};
use crate::output::duration;
use crate::render::page::{section, table};
use crate::render::{Cell, Sheet};

const STYLE: &str = include_str!("style.css");

/// Where statements without a picture are.
const TEXT_HEADING: &str = "Methods and mathematics";
const TEXT: (&str, &str) = ("text", "Statements without a picture");
/// The same of claims about figures that a project does not have.
const OTHERS_HEADING: &str = "Other figures";
const OTHERS: (&str, &str) = (
    "claims-of-other-figures",
    "Claims about figures that this project does not have",
);

/// The whole page.
pub(crate) fn page(
    audit: &Audit,
    sources: &Sources,
    networks: &Networks,
    experiments: &Experiments,
    ways: &Ways,
) -> Result<String> {
    let mut groups: Vec<(&str, Vec<Markup>)> = Vec::new();
    let mut add = |heading, part| match groups.iter_mut().find(|(it, _)| *it == heading) {
        Some((_, parts)) => parts.push(part),
        None => groups.push((heading, vec![part])),
    };
    for figure in &experiments.figures {
        add(figure.heading(), panel(figure, audit, sources, ways)?);
    }
    let is_figure = |name: &str| experiments.figures.iter().any(|f| f.name() == name);
    let text = claims_alone(audit, ways, TEXT, |panel| panel == TEXT_PANEL);
    add(TEXT_HEADING, text.unwrap_or_default());
    let others = claims_alone(audit, ways, OTHERS, |panel| {
        panel != TEXT_PANEL && !is_figure(panel)
    });
    if let Some(others) = others {
        add(OTHERS_HEADING, others);
    }

    // Claims stand beside their panels.
    let [consistency, _, compared, sensitivity, differences] = sheets::sections(audit);
    let questions = [consistency, compared, sensitivity, differences];
    let mut links = vec![("overview".to_owned(), "Overview")];
    links.extend(
        groups
            .iter()
            .map(|(heading, _)| (anchor(heading), *heading)),
    );
    let asked = questions.iter();
    links.extend(asked.map(|question| (question.id.to_owned(), question.heading)));
    links.push(("provenance".to_owned(), "Methods and provenance"));
    let title = format!("Replication and audit, {} scale", audit.scale);
    let files = ["audit.json", "audit.csv", "audit.md"]
        .map(|name| ways.link(&ways.report.join(name), name));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "To the content" }
                header {
                    h1 { (title) }
                    p {
                        "Guerguiev, Lillicrap and Richards, " cite { "Towards deep learning with segregated dendrites" }
                        ", eLife 2017;6:e22901, arXiv 1610.00161: its figures made anew, its claims measured."
                    }
                    nav aria-label="Sections" {
                        ul { @for (id, name) in &links { li { a href={ "#" (id) } { (name) } } } }
                    }
                }
                main id="content" {
                    (overview(audit))
                    @for (heading, parts) in &groups {
                        @let id = anchor(heading);
                        section aria-labelledby=(id) {
                            h2 id=(id) { (heading) }
                            @for part in parts { (part) }
                        }
                    }
                    @for question in &questions { (section(question)) }
                    (provenance(audit, networks, ways))
                }
                footer {
                    p {
                        "Made by " code { "segdend report" } " from source data alone. The audit as data: "
                        (listed(&files)) "."
                    }
                }
            }
        }
    };
    let mut text = page.into_string();
    // Lines, so that two pages can be compared; data cannot hold these.
    for end in [
        "</head>",
        "</header>",
        "</section>",
        "</article>",
        "</p>",
        "</li>",
        "</tr>",
        "</dd>",
    ] {
        text = text.replace(end, &format!("{end}\n"));
    }
    Ok(text + "\n")
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

fn overview(audit: &Audit) -> Markup {
    let digits = !audit.data_sets.is_empty() && audit.data_sets.iter().all(|set| set != "MNIST");
    let consistent = audit.consistency.iter().filter(|c| !c.error).count();
    let all = |list: &[String]| match list {
        [] => html! { "none" },
        list => html! { (list.join("; ")) },
    };
    let text = |text: String| html! { (text) };
    let entries = [
        ("Scale", html! { (audit.scale) }),
        ("Data set", all(&audit.data_sets)),
        (
            "Trained networks",
            text(trained(audit.networks, audit.distinct_networks)),
        ),
        ("Parameters", text(parameters(&audit.claims))),
        (
            "Reported t-tests",
            html! { (consistent) " of " (audit.consistency.len()) " agree with themselves" },
        ),
        ("Machine", all(&audit.machines)),
        (
            "Time of training and testing",
            text(duration(audit.wall_seconds)),
        ),
    ];
    html! {
        section aria-labelledby="overview" {
            h2 id="overview" { "Overview" }
            @if digits {
                p.stamp {
                    strong { "Not MNIST." }
                    " Digits drawn by the program stand in for it: nothing on this page that was shown an image is a \
                      verdict on the paper."
                }
            } @else if audit.scale != PAPER_SCALE {
                p.stamp {
                    strong { "Scale " (audit.scale) ": not the paper’s experiment." }
                    " What is within a rule here is at most called “direction only”; nothing that is trained is called \
                      reproduced."
                }
            }
            p { (audit.caution) }
            (table(&sheets::counts(audit, 1)))
            (list(&entries))
        }
    }
}

fn provenance(audit: &Audit, networks: &Networks, ways: &Ways) -> Markup {
    let networks = networks.all();
    let sheet = Sheet::of("Trained networks at this scale", networks)
        .text("run", |network| {
            let file = network.directory.join("manifest.json");
            let name = &network.manifest.run;
            Cell::shown(name, ways.link(&file, name))
        })
        .number("seed", |network| network.manifest.seed)
        .number("epochs", |network| network.manifest.spec.epochs)
        .text("images", |network| {
            short_name(&network.manifest.data.source)
        })
        .number("time", |network| {
            duration(network.manifest.wall_seconds.training + network.manifest.wall_seconds.testing)
        })
        .text("weights, SHA-256", |network| {
            let checksum = &network.manifest.weights_sha256;
            let checksum = checksum.get(..16).unwrap_or(checksum);
            Cell::shown(checksum, html! { code { (checksum) } })
        })
        .done();
    html! {
        section aria-labelledby="provenance" {
            h2 id="provenance" { "Methods and provenance" }
            p {
                "Every number comes from a file of source data, every such file names its runs, every run has a \
                 manifest with its resolved specification, its seed, the check sums of the images and of its weights, \
                 the machine and the time. Intervals cover 95 %: Student's for means, Welch's for differences (pooled \
                 where the paper's corrected test judges, and between two networks), Wilson's for shares, Fisher's for \
                 correlations, the noncentral t distribution for effects. P values come from survival functions and their \
                 logarithms."
            }
            p { "Program " (audit.program_version) ", numbers of model version " (audit.model_version) "." }
            @if !networks.is_empty() { (table(&sheet)) }
        }
    }
}

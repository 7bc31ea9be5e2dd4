//! A panel: its picture, its legend, its files and the claims about it.

use anyhow::{Context, Result};
use maud::{Markup, PreEscaped, html};

use super::{Ways, list, listed};
use crate::audit::output::sheets::{tone, toned};
use crate::audit::output::{n, ours_in_words, with_interval};
use crate::audit::sources::Sources;
use crate::audit::{Audit, JudgedClaim};
use crate::experiments::Figure;

/// A panel with its claims.
pub(super) fn panel(
    figure: &Figure,
    audit: &Audit,
    sources: &Sources,
    ways: &Ways,
) -> Result<Markup> {
    let (name, title) = (figure.name(), figure.title());
    let svg_path = ways.figures.join(format!("{name}.svg"));
    let outdated = sources.are_outdated(&figure.source_files());
    let svg = if svg_path.is_file() && !outdated {
        let svg = std::fs::read_to_string(&svg_path)
            .with_context(|| format!("cannot read {}", svg_path.display()))?;
        Some(inline_svg(svg.trim_end(), name, title))
    } else {
        None
    };
    let claims = claims(audit, ways, |panel| panel == name);
    let files = match outdated {
        true => Vec::new(),
        false => files(figure, sources, ways),
    };
    Ok(html! {
        section aria-labelledby=(name) {
            h3 id=(name) { (title) }
            div.panel.plain[claims.is_none()] {
                figure aria-labelledby=(name) {
                    @if let Some(svg) = svg {
                        (svg)
                    } @else {
                        p.missing { "Not made at this scale: " code { "just figure " (name) " " (audit.scale) } }
                    }
                    figcaption {
                        (figure.legend())
                        @if !files.is_empty() { br; "Files: " (listed(&files)) }
                    }
                }
                @if let Some(claims) = claims { (claims) }
            }
        }
    })
}

/// Claims without a figure; nothing if there are none.
pub(super) fn claims_alone(
    audit: &Audit,
    ways: &Ways,
    (id, title): (&str, &str),
    of: impl Fn(&str) -> bool,
) -> Option<Markup> {
    let claims = claims(audit, ways, of)?;
    Some(html! {
        section aria-labelledby=(id) { h3 id=(id) { (title) } (claims) }
    })
}

/// The claims about some panels; nothing if there are none.
fn claims(audit: &Audit, ways: &Ways, of: impl Fn(&str) -> bool) -> Option<Markup> {
    let mut claims = audit
        .claims
        .iter()
        .filter(|claim| of(&claim.panel))
        .peekable();
    claims.peek()?;
    Some(html! {
        div { @for judged in claims { (claim(judged, ways)) } }
    })
}

/// Links to a panel's pictures, source data and the manifests behind it.
fn files(figure: &Figure, sources: &Sources, ways: &Ways) -> Vec<Markup> {
    let mut links = Vec::new();
    for ending in ["svg", "png"] {
        let name = format!("{}.{ending}", figure.name());
        let path = ways.figures.join(&name);
        if path.is_file() {
            links.push(ways.link(&path, &name));
        }
    }
    let mut manifests: Vec<(&str, &str)> = Vec::new();
    for name in figure.source_files() {
        if let Some(path) = sources.path(&name) {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            links.push(ways.link(&path, &file));
        }
        for run in sources.provenance(&name).iter().flat_map(|p| &p.runs) {
            let manifest = (run.directory.as_str(), run.run.as_str());
            if !manifests.contains(&manifest) {
                manifests.push(manifest);
            }
        }
    }
    links.extend(manifests.into_iter().map(|(directory, run)| {
        let path = ways.runs.join(directory).join("manifest.json");
        ways.link(&path, &format!("manifest of {run}"))
    }));
    links
}

fn claim(claim: &JudgedClaim, ways: &Ways) -> Markup {
    let text = |text: &str| html! { (text) };
    let published = claim.published_design.as_ref();
    let difference = published.map(|published| {
        let difference = with_interval(Some(published.difference), published.difference_interval);
        html! { (difference) " percentage points" }
    });
    let effect = published.map(|published| {
        let effect = with_interval(Some(published.effect.hedges_g), published.effect_interval);
        html! { "Hedges' g " (effect) ", in units of test noise" }
    });
    let files: Vec<Markup> = [&claim.source_data, &claim.provenance]
        .into_iter()
        .flatten()
        .map(|name| ways.link(&ways.source_data.join(name), name))
        .collect();
    let entries = [
        ("Reported", text(&claim.reported)),
        ("Ours", text(&ours_in_words(claim))),
        ("Difference", difference.unwrap_or_default()),
        ("Effect", effect.unwrap_or_default()),
        ("Networks", html! { (claim.networks) }),
        ("n", text(&n(claim))),
        ("Measured", text(&claim.measured_as)),
        ("Rule", text(&claim.rule)),
        (
            "Where",
            html! { (claim.elife) " (arXiv: " (claim.arxiv) ")" },
        ),
        ("Remark", text(claim.remark.as_deref().unwrap_or_default())),
        (
            "To compute",
            html! { @if let Some(command) = &claim.command { code { (command) } } },
        ),
        ("Source data", listed(&files)),
    ];
    let id = format!("claim-{}", claim.id);
    html! {
        article class={ "claim " (tone(claim.verdict)) } aria-labelledby=(id) {
            h4 id=(id) { (claim.claim) }
            p { (toned(claim.verdict)) @if !claim.reason.is_empty() { ": " (claim.reason) } }
            (list(&entries))
        }
    }
}

/// A picture's SVG as part of a page: without its prologue, with identifiers of its own.
fn inline_svg(svg: &str, name: &str, title: &str) -> Markup {
    let start = svg.find("<svg").unwrap_or(0);
    let svg = svg[start..]
        .replace(" id=\"", &format!(" id=\"{name}-"))
        .replace("url(#", &format!("url(#{name}-"))
        .replace("href=\"#", &format!("href=\"#{name}-"));
    let title = html! { (title) }.into_string();
    PreEscaped(svg.replacen("<svg ", &format!("<svg aria-label=\"{title}\" "), 1))
}

#[cfg(test)]
mod tests {
    //! Promise: pictures on one page do not mix up their parts, and a title stays a title.
    use super::*;

    #[test]
    fn identifiers_are_made_unique() {
        let svg = "<?xml?><svg width=\"1\"><g id=\"a\"/><use href=\"#a\"/></svg>";
        let inline = inline_svg(svg, "fig1a", "\"T\"").into_string();
        assert!(inline.starts_with("<svg aria-label=\"&quot;T&quot;\" width"));
        assert!(inline.contains("id=\"fig1a-a\"") && inline.contains("href=\"#fig1a-a\""));
    }
}

//! `reproduce` and `figure`: which figures are meant.

use anyhow::{Result, bail};

use super::{Workshop, workflow};
use crate::args::{MakeArguments, Numbering};
use crate::data_source::DataRequest;
use crate::experiments::Figure;
use crate::{Outcome, suggest};

/// `segdend reproduce`.
pub(super) fn reproduce(
    workshop: &Workshop,
    scale: &str,
    only: &[String],
    data: &DataRequest,
    how: &MakeArguments,
) -> Result<Outcome> {
    let all = &workshop.project.experiments.figures;
    let chosen: Vec<&Figure> = if only.is_empty() {
        all.iter()
            .filter(|figure| figure.is_made_at(scale))
            .collect()
    } else {
        let names = only
            .iter()
            .map(|name| find(all, name, Numbering::Elife))
            .collect::<Result<Vec<_>>>()?;
        all.iter()
            .filter(|figure| names.iter().any(|name| name.name() == figure.name()))
            .collect()
    };
    let outcome = workflow::make(workshop, &chosen, scale, data, how)?;
    if matches!(outcome, Outcome::Done) {
        let progress = &workshop.progress;
        progress.note(&format!(
            "all of it as one page, with the paper's claims judged: `just report {scale}`, \
             with the same --results and --reports if they were given"
        ));
    }
    Ok(outcome)
}

/// `segdend figure`.
pub(super) fn figure(
    workshop: &Workshop,
    name: &str,
    numbering: Numbering,
    scale: &str,
    data: &DataRequest,
    how: &MakeArguments,
) -> Result<Outcome> {
    let figure = find(&workshop.project.experiments.figures, name, numbering)?;
    workflow::make(workshop, &[figure], scale, data, how)
}

/// A figure by its name or number.
fn find<'a>(figures: &'a [Figure], name: &str, numbering: Numbering) -> Result<&'a Figure> {
    // Figures without a number on arXiv have an empty one.
    let wanted = panel(name);
    let number = |figure: &Figure, numbering| match numbering {
        Numbering::Elife => panel(figure.name()),
        Numbering::Arxiv => panel(figure.arxiv()),
    };
    if let Some(figure) = figures
        .iter()
        .find(|figure| !wanted.is_empty() && number(figure, numbering) == wanted)
    {
        return Ok(figure);
    }
    if numbering == Numbering::Elife
        && let Some(figure) = figures
            .iter()
            .find(|figure| number(figure, Numbering::Arxiv) == wanted)
    {
        bail!(
            "no figure is called `{name}` in eLife's numbering; {} has that number on arXiv: add --numbering arxiv",
            figure.name()
        );
    }
    let names = figures.iter().map(|figure| match numbering {
        Numbering::Elife => figure.name(),
        Numbering::Arxiv => figure.arxiv(),
    });
    bail!(
        "no figure is called `{name}`: {}",
        suggest::among(name, names)
    );
}

/// A panel's number without what is written around it: `6b` of `fig6b`, `Fig. 6B` or `Figure 6B`.
fn panel(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let number = plain
        .strip_prefix("figure")
        .or_else(|| plain.strip_prefix("fig"))
        .unwrap_or(&plain);
    number.to_owned()
}

#[cfg(test)]
mod tests {
    //! Promise: a figure is found by any of its names, and only by them.
    use super::*;
    use crate::experiments::Experiments;

    #[test]
    fn a_figure_has_many_names() {
        let figures = Experiments::embedded().unwrap().figures;
        for name in ["fig6b", "6b", "6B", "Figure 6B", "Fig. 6B"] {
            assert_eq!(
                find(&figures, name, Numbering::Elife).unwrap().name(),
                "fig6b"
            );
        }
        assert_eq!(
            find(&figures, "5b", Numbering::Arxiv).unwrap().name(),
            "fig6b"
        );
        assert!(
            find(&figures, "4c", Numbering::Elife)
                .unwrap_err()
                .to_string()
                .contains("--numbering arxiv")
        );
        assert!(
            find(&figures, "extra-sedes", Numbering::Elife)
                .unwrap_err()
                .to_string()
                .contains("did you mean `extra-seeds`")
        );
    }
}

//! What is wrong with a file, where, and what to do about it.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// One thing that is wrong with a policy, a list or a deployment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// Byte offsets in the file.
    pub at: Range<usize>,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl Problem {
    /// The line it stands in, counted from 1.
    pub fn line(&self, source: &str) -> usize {
        source[..self.at.start.min(source.len())].matches('\n').count() + 1
    }

    /// The problem with its line, a caret, and the hint.
    pub fn render(&self, source: &str, color: bool) -> String {
        let start = self.at.start.min(source.len());
        let end = self.at.end.clamp(start, source.len());
        // A whole table is too much to underline; its first line says which.
        let end = source[start..end].find('\n').map_or(end, |line_end| start + line_end);
        let mut group = Level::ERROR.primary_title(self.what.as_str()).element(
            Snippet::source(source)
                .path(self.file.as_str())
                .annotation(AnnotationKind::Primary.span(start..end.max(start))),
        );
        if !self.hint.is_empty() {
            group = group.element(Level::HELP.message(self.hint.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group]).to_string()
    }
}

/// The name among `known` that `written` was probably meant to be. One letter
/// is no misspelling of another.
pub fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known.into_iter().find(|known| {
        let typos = match known.len() {
            0..=1 => 0,
            2..=5 => 1,
            _ => 2,
        };
        crate::text::brands::edit_distance_at_most(written, known, typos)
    })
}

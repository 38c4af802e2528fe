//! What was found, as people read it.

use maud::{Markup, html};

use super::report::Finding;
use crate::people::page::PeoplePage;

/// What was found in a page. `server` is this server's address.
pub fn report(page: &PeoplePage, findings: &[Finding], server: &str) -> Markup {
    let texts = page.language.embedding();
    let base = page.state.settings.base_path();
    let is_well = findings.iter().all(|finding| finding.class() != "bad");
    html! {
        section.card {
            h2 { (texts.check_seen) }
            ul.findings {
                @for (at, finding) in findings.iter().enumerate() {
                    @let todo = texts.todo(&finding.key);
                    // What is there does not count as well done while something keeps it from working.
                    @let class = if finding.class() == "good" && !is_well { "note" } else { finding.class() };
                    li.{ (class) } data-finding=(finding.key) {
                        p { strong { (words(texts.finding(&finding.key), finding, server)) } }
                        @if !todo.is_empty() { p id={ "todo-" (at) } { (words(todo, finding, server)) } }
                        @if !finding.line.is_empty() {
                            textarea.code id={ "line-" (at) } aria-labelledby={ "todo-" (at) } readonly rows="1" spellcheck="false" dir="ltr"
                                data-copy=(texts.copy) data-copied=(texts.copied) { (finding.line) }
                        }
                    }
                }
            }
            p.hint { (texts.check_limits) }
            p { a.button.quiet href=(page.link("/embed-it")) { (texts.check_make) } }
        }
        script src={ (base) "/embed-it/copy.js" } defer {}
    }
}

/// A text, with what stands in a page, or is to, as code: from left to right whatever the language, as is what stands between grave accents.
fn words(text: &str, finding: &Finding, server: &str) -> Markup {
    let code = |code: &str| html! { code dir="ltr" { (code) } };
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { (code(part)) }
            @else {
                @for (at, part) in part.split(['{', '}']).enumerate() {
                    @match part {
                        "value" if at % 2 == 1 => (code(&finding.value)),
                        "instead" if at % 2 == 1 => (code(&finding.instead)),
                        "server" if at % 2 == 1 => (code(server)),
                        "count" if at % 2 == 1 => (finding.count),
                        _ => (part),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_runs_from_left_to_right_and_is_not_looked_into() {
        let finding = Finding { value: "a=\"{server}`b`\"".into(), ..Finding::default() };
        let words = words("سمة `data-x`: {value} <", &finding, "https://a").into_string();
        assert_eq!(
            words,
            "سمة <code dir=\"ltr\">data-x</code>: <code dir=\"ltr\">a=&quot;{server}`b`&quot;</code> &lt;"
        );
    }
}

//! Fields of the forms that settle something: each with its hint, and beside it what is wrong with it.

use maud::{Markup, html};

/// A field of one line.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// Its name, and its id.
    pub name: &'static str,
    /// What it is called.
    pub label: &'a str,
    /// What is said of it; may be empty.
    pub hint: &'a str,
    /// What is typed.
    pub value: &'a str,
    /// `text`, `email`, `url`, `number`, `password`.
    pub kind: &'static str,
    /// What browsers may fill in.
    pub autocomplete: &'static str,
}

/// What is wrong: with which field, and in words.
pub type Wrong = Vec<(&'static str, String)>;

/// A field, with what is wrong with it.
pub fn field(field: Field<'_>, wrong: &Wrong) -> Markup {
    let Field { name, label, hint, value, kind, autocomplete } = field;
    let error = error_of(name, wrong);
    let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-wrong"));
    let described: Vec<_> =
        [(!hint.is_empty()).then_some(hint_id.as_str()), error.map(|_| error_id.as_str())]
            .into_iter()
            .flatten()
            .collect();
    let is_technical = !matches!(kind, "text");
    html! {
        div {
            label for=(name) { (label) }
            @if !hint.is_empty() { p.hint id=(hint_id) { (hint) } }
            input id=(name) name=(name) type=(kind) autocomplete=(autocomplete) dir=[is_technical.then_some("ltr")] maxlength="300"
                value=[(kind != "password").then_some(value)] aria-invalid=[error.map(|_| "true")]
                aria-describedby=[(!described.is_empty()).then(|| described.join(" "))];
            @if let Some(error) = error { p.error id=(error_id) { (error) } }
        }
    }
}

/// One of several, each with its word and what is said of it.
pub fn choice(name: &'static str, legend: &str, all: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        fieldset id=(name) {
            legend { (legend) }
            @for (value, words) in all {
                label.pick { input type="radio" name=(name) value=(value) checked[*value == chosen]; span { (words) } }
            }
        }
    }
}

fn error_of<'a>(name: &str, wrong: &'a Wrong) -> Option<&'a str> {
    wrong.iter().find(|(field, _)| *field == name).map(|(_, words)| words.as_str())
}

//! One field of a form: its label, its input, what is wrong with it.

use alentour_model::signup::FieldIssue;
use leptos::prelude::*;

use super::draft::Draft;
use crate::app::App;
use crate::dom::{El, classed, el, ticked};
use crate::message::Message;

/// What is wrong with a field, in words.
pub fn issue(field: &str, issue: FieldIssue) -> Message {
    match (field, issue) {
        (field, FieldIssue::Required) if field.starts_with("consents.") => Message::RequiredConsent,
        (_, FieldIssue::Required) => Message::Required,
        ("email", FieldIssue::Invalid) => Message::InvalidEmail,
        ("telephone", FieldIssue::Invalid) => Message::InvalidTelephone,
        ("postalCode", FieldIssue::Invalid) => Message::InvalidPostalCode,
        // No field of the form: what the server refused as a whole.
        ("initiative", FieldIssue::Invalid) => Message::NotAccepted,
        (_, FieldIssue::Invalid) => Message::Invalid,
        (_, FieldIssue::TooLong) => Message::TooLong,
        ("session", FieldIssue::Closed) => Message::SessionClosed,
        (_, FieldIssue::Closed) => Message::Closed,
        (_, FieldIssue::Full) => Message::SessionFull,
        (_, FieldIssue::Changed) => Message::Changed,
    }
}

/// The identifier of a field's input within the widget.
pub fn input_id(field: &str) -> String {
    ["in-", field].concat()
}

/// The identifier of the line that says what is wrong with a field.
fn error_id(field: &str) -> String {
    ["error-", field].concat()
}

/// What every field of a form knows.
#[derive(Clone)]
pub struct Fields {
    /// The widget.
    pub app: App,
    /// The form.
    pub draft: Draft,
}

impl Fields {
    /// What is wrong with a field, if anything. Tracks it.
    fn issue(&self, field: &str) -> Option<Message> {
        let progress = self.draft.progress.read();
        progress
            .problems
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| issue(field, problem.problem))
    }

    /// The input of a field, tied to the line that says what is wrong with it.
    fn input(&self, tag: &str, field: &str, required: bool) -> El {
        let (fields, name) = (self.clone(), field.to_owned());
        let input = el(tag)
            .attr("id", &input_id(field))
            .attr("aria-describedby", &error_id(field))
            .bool_fn("aria-invalid", move || fields.issue(&name).is_some());
        if required { input.attr("aria-required", "true") } else { input }
    }

    /// The line under a field that says what is wrong.
    fn error(&self, field: &str) -> El {
        let (fields, name) = (self.clone(), field.to_owned());
        classed("span", "error").attr("id", &error_id(field)).text_fn(move || {
            fields.issue(&name).map(|message| fields.app.text(message).to_owned()).unwrap_or_default()
        })
    }

    /// A label that says when a field may stay empty.
    fn label(&self, text: FieldSpec) -> El {
        let optional = [" (", self.app.text(Message::Optional), ")"].concat();
        el("label")
            .attr("for", &input_id(text.field))
            .text(text.label)
            .children(text.optional.then(|| el("small").text(&optional)))
    }

    /// A line or some lines of text.
    pub fn text(&self, text: FieldSpec, value: &str, set: impl Fn(String) + 'static) -> El {
        let input = if text.kind == "textarea" {
            self.input("textarea", text.field, text.required).attr("rows", "3")
        } else {
            self.input("input", text.field, text.required).attr("type", text.kind).attr("name", text.field)
        };
        let input =
            if text.autocomplete == "postal-code" { input.attr("inputmode", "numeric") } else { input };
        let input = input
            .part("field")
            .attr("autocomplete", text.autocomplete)
            .prop("value", value)
            .on("input", move |event| set(crate::dom::value(&event)));
        classed("div", "field").child(self.label(text)).child(input).child(self.error(text.field))
    }

    /// A choice of one: value, text, and whether it can no longer be chosen.
    pub fn choice(
        &self,
        text: FieldSpec,
        options: Vec<(String, String, bool)>,
        chosen: &str,
        set: impl Fn(String) + 'static,
    ) -> El {
        let none = el("option").attr("value", "").text(self.app.text(Message::Choose));
        let options = options.iter().map(|(value, text, disabled)| {
            el("option")
                .attr("value", value)
                .text(text)
                .prop("disabled", *disabled)
                .prop("selected", value == chosen)
        });
        let select = self
            .input("select", text.field, text.required)
            .part("field")
            .child(none)
            .children(options)
            .on("change", move |event| set(crate::dom::value(&event)));
        classed("div", "field").child(self.label(text)).child(select).child(self.error(text.field))
    }

    /// A box to tick, unticked unless the visitor has ticked it.
    pub fn tick(&self, text: FieldSpec, is_ticked: bool, set: impl Fn(bool) + 'static) -> El {
        let input = self
            .input("input", text.field, text.required)
            .attr("type", "checkbox")
            .prop("checked", is_ticked)
            .on("change", move |event| set(ticked(&event)));
        classed("div", "field tick").child(input).child(self.label(text)).child(self.error(text.field))
    }
}

/// What a field is.
#[derive(Clone, Copy)]
pub struct FieldSpec<'a> {
    /// Name in the sign-up's JSON.
    pub field: &'a str,
    /// Label.
    pub label: &'a str,
    /// Type of the input, or `textarea`.
    pub kind: &'a str,
    /// What browsers may fill in (HTML's autofill field names).
    pub autocomplete: &'a str,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether its label says that it may stay empty.
    pub optional: bool,
}

impl<'a> FieldSpec<'a> {
    /// A field of the organiser's own, which browsers cannot fill in.
    pub fn own(field: &'a str, label: &'a str, required: bool) -> Self {
        Self { field, label, kind: "text", autocomplete: "off", required, optional: !required }
    }
}

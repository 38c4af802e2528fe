//! One field of a form: its label, its input, what is wrong with it.

use alentour_model::signup::FieldIssue;
use leptos::prelude::*;

use crate::app::App;
use crate::app::draft::Draft;
use crate::dom::html::{self, div, label, option, small, span};
use crate::dom::{El, ev, ticked, value};
use crate::message::Message;

/// What is wrong with a field, in words.
pub fn issue(field: &str, issue: FieldIssue) -> Message {
    match (field, issue) {
        (field, FieldIssue::Required) if field.starts_with("consents.") => Message::RequiredConsent,
        ("session", FieldIssue::Required) => Message::RequiredSession,
        ("givenName", FieldIssue::Required) => Message::RequiredGivenName,
        ("familyName", FieldIssue::Required) => Message::RequiredFamilyName,
        ("email", FieldIssue::Required) => Message::RequiredEmail,
        ("telephone", FieldIssue::Required) => Message::RequiredTelephone,
        ("postalCode", FieldIssue::Required) => Message::RequiredPostalCode,
        ("message", FieldIssue::Required) => Message::RequiredNote,
        ("guardianAgrees", FieldIssue::Required) => Message::RequiredGuardian,
        (_, FieldIssue::Required) => Message::Required,
        ("email", FieldIssue::Invalid) => Message::InvalidEmail,
        ("telephone", FieldIssue::Invalid) => Message::InvalidTelephone,
        ("postalCode", FieldIssue::Invalid) => Message::InvalidPostalCode,
        // No field of the form: what the server refused as a whole.
        ("initiative", FieldIssue::Invalid) => Message::NotAccepted,
        // It has left the feed.
        ("session", FieldIssue::Invalid) => Message::SessionClosed,
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
    /// The position of its initiative in the catalogue.
    pub position: usize,
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

    /// Looks again at a field that was changed: what was wrong with it goes as soon as it is mended, and not before.
    pub fn look_again(&self, field: &str) {
        if let Some(initiative) = self.app.looked_at(self.position).get() {
            self.draft.look_again(field, initiative, self.app.locale.clock.now().instant);
        }
    }

    /// The input of a field, tied to the line that says what is wrong with it.
    fn input(&self, input: El, field: &str, required: bool) -> El {
        let (fields, name) = (self.clone(), field.to_owned());
        input
            .id(input_id(field))
            .attr("name", field)
            .attr("aria-describedby", error_id(field))
            .attr("aria-invalid", move || fields.issue(&name).is_some())
            .attr("aria-required", required.then_some(true))
    }

    /// The line under a field that says what is wrong.
    fn error(&self, field: &str) -> El {
        let (fields, name) = (self.clone(), field.to_owned());
        span().class("error").id(error_id(field)).child(move || {
            fields.issue(&name).map(|message| fields.app.text(message).to_owned()).unwrap_or_default()
        })
    }

    /// A label that says when a field may stay empty.
    fn label(&self, text: FieldSpec) -> El {
        let optional = [" (", self.app.text(Message::Optional), ")"].concat();
        label()
            .attr("for", input_id(text.field))
            .child(text.label)
            .child(text.optional.then(|| small().child(optional)))
    }

    /// A line or some lines of text.
    pub fn text(&self, text: FieldSpec, typed: &str, set: Box<dyn Fn(String)>) -> El {
        let input = if text.kind == "textarea" {
            self.input(html::textarea(), text.field, text.required).attr("rows", "3")
        } else {
            self.input(html::input(), text.field, text.required).attr("type", text.kind)
        };
        let (fields, name) = (self.clone(), text.field.to_owned());
        let input = input
            .attr("inputmode", (text.autocomplete == "postal-code").then_some("numeric"))
            .part("field")
            .attr("autocomplete", text.autocomplete)
            .prop("value", typed)
            .on(ev::input, move |event| {
                set(value(&event));
                fields.look_again(&name);
            });
        div().class("field").child(self.label(text)).child(input).child(self.error(text.field))
    }

    /// A choice of one: value, text, and whether it can no longer be chosen.
    pub fn choice(
        &self,
        text: FieldSpec,
        options: Vec<(String, String, bool)>,
        chosen: &str,
        set: Box<dyn Fn(String)>,
    ) -> El {
        let none = option().attr("value", "").child(self.app.text(Message::Choose));
        let options = options.iter().map(|(value, text, disabled)| {
            option()
                .attr("value", value)
                .child(text)
                .prop("disabled", *disabled)
                .prop("selected", value == chosen)
        });
        let (fields, name) = (self.clone(), text.field.to_owned());
        let select = self
            .input(html::select(), text.field, text.required)
            .part("field")
            .child(none)
            .child(options.collect::<Vec<_>>())
            .on(ev::change, move |event| {
                set(value(&event));
                fields.look_again(&name);
            });
        div().class("field").child(self.label(text)).child(select).child(self.error(text.field))
    }

    /// A choice of one among rows, each with a button of its own. The first of them has the field's identifier.
    pub fn rows(&self, field: &str, title: &str, rows: Vec<El>) -> El {
        let (fields, name) = (self.clone(), field.to_owned());
        html::fieldset()
            .class("field rows")
            .attr("role", "radiogroup")
            .attr("aria-describedby", error_id(field))
            .attr("aria-invalid", move || fields.issue(&name).is_some())
            .attr("aria-required", true)
            .child(html::legend().child(title))
            .child(self.error(field))
            .child(rows)
    }

    /// A box to tick, unticked unless the visitor has ticked it.
    pub fn tick(&self, text: FieldSpec, is_ticked: bool, set: Box<dyn Fn(bool)>) -> El {
        let (fields, name) = (self.clone(), text.field.to_owned());
        let input = self
            .input(html::input(), text.field, text.required)
            .attr("type", "checkbox")
            .prop("checked", is_ticked)
            .on(ev::change, move |event| {
                set(ticked(&event));
                fields.look_again(&name);
            });
        div().class("field tick").child(input).child(self.label(text)).child(self.error(text.field))
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

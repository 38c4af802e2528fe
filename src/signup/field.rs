//! One field of a form: its label, its input, what is wrong with it.

use alentour_model::signup::FieldIssue;
use leptos::prelude::*;

use crate::app::App;
use crate::app::draft::Draft;
use crate::dom::html::{self, div, label, option, p, small, span};
use crate::dom::{El, ev, ticked, value};
use crate::message::Message;

/// What is wrong with a field, in words. `invalid`: what is said of an answer to a question that does not fit it.
pub fn issue(app: App, field: &str, issue: FieldIssue, invalid: &str) -> String {
    let message = match (field, issue) {
        ("consent", FieldIssue::Required) => Message::RequiredAlert,
        (field, FieldIssue::Required) if field.starts_with("consents.") => Message::RequiredConsent,
        ("session", FieldIssue::Required) => Message::RequiredSession,
        (field, FieldIssue::Required) if field.starts_with("guests") => Message::RequiredGuest,
        ("givenName", FieldIssue::Required) => Message::RequiredGivenName,
        ("familyName", FieldIssue::Required) => Message::RequiredFamilyName,
        ("email", FieldIssue::Required) => Message::RequiredEmail,
        ("telephone", FieldIssue::Required) => Message::RequiredTelephone,
        ("postalCode", FieldIssue::Required) => Message::RequiredPostalCode,
        ("town", FieldIssue::Required) => Message::RequiredTown,
        ("message", FieldIssue::Required) => Message::RequiredNote,
        ("guardianAgrees", FieldIssue::Required) => Message::RequiredGuardian,
        (_, FieldIssue::Required) => Message::Required,
        (_, FieldIssue::Invalid) if !invalid.is_empty() => return invalid.to_owned(),
        ("email", FieldIssue::Invalid) => Message::InvalidEmail,
        ("telephone", FieldIssue::Invalid) => Message::InvalidTelephone,
        ("place", FieldIssue::Invalid) => Message::InvalidPlace,
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
    };
    app.text(message).to_owned()
}

/// The identifier of a field's input within the widget.
pub fn input_id(field: &str) -> String {
    ["in-", field].concat()
}

/// The identifier of the line that says what is wrong with a field.
fn error_id(field: &str) -> String {
    ["error-", field].concat()
}

/// The identifier of the line that helps with a field.
fn hint_id(field: &str) -> String {
    ["hint-", field].concat()
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
    fn issue(&self, field: &str) -> Option<FieldIssue> {
        let progress = self.draft.progress.read();
        progress.problems.iter().find(|problem| problem.field == field).map(|problem| problem.problem)
    }

    /// Looks again at a field that was changed: what was wrong with it goes as soon as it is mended, and not before.
    pub fn look_again(&self, field: &str) {
        let now = self.app.locale.clock.now().instant;
        if self.draft.is_alert() {
            self.draft.look_again(field, &Draft::no_initiative(), now);
        } else if let Some(initiative) = self.app.looked_at(self.position).get() {
            self.draft.look_again(field, initiative, now);
        }
    }

    /// What says of an element that its field is wrong.
    pub(super) fn marked(&self, element: El, field: &str) -> El {
        let (fields, name) = (self.clone(), field.to_owned());
        element.attr("aria-invalid", move || fields.issue(&name).is_some())
    }

    /// What ties an element to the lines that help, and that say what is wrong.
    pub(super) fn described(&self, element: El, text: &FieldSpec) -> El {
        let error = error_id(text.field);
        let hint = (!text.hint.is_empty()).then(|| [&hint_id(text.field), " "].concat());
        element.attr("aria-describedby", [hint.unwrap_or_default(), error].concat())
    }

    /// The input of a field, tied to the lines around it.
    fn input(&self, input: El, text: &FieldSpec) -> El {
        let input = input.id(input_id(text.field)).attr("name", text.field);
        self.marked(self.described(input, text), text.field)
            .attr("aria-required", text.required.then_some(true))
    }

    /// The line that helps with a field.
    pub(super) fn hint(&self, text: &FieldSpec) -> Option<El> {
        (!text.hint.is_empty()).then(|| p().class("hint").id(hint_id(text.field)).child(text.hint))
    }

    /// The line under a field that says what is wrong.
    pub(super) fn error(&self, text: &FieldSpec) -> El {
        let (fields, name, invalid) = (self.clone(), text.field.to_owned(), text.invalid.to_owned());
        span().class("error").id(error_id(text.field)).child(move || {
            let said = fields.issue(&name).map(|problem| issue(fields.app, &name, problem, &invalid));
            said.unwrap_or_default()
        })
    }

    /// What a field is called, and whether it may stay empty.
    pub(super) fn called(&self, element: El, text: &FieldSpec) -> El {
        let optional = [" (", self.app.text(Message::Optional), ")"].concat();
        element.child(text.label).child(text.optional.then(|| small().child(optional)))
    }

    fn label(&self, text: &FieldSpec) -> El {
        self.called(label().attr("for", input_id(text.field)), text)
    }

    /// A field with its label above it.
    fn field(&self, text: &FieldSpec, input: El) -> El {
        div()
            .class(text.classes("field"))
            .child(self.label(text))
            .child(self.hint(text))
            .child(input)
            .child(self.error(text))
    }

    /// A line or some lines of text.
    pub fn text(&self, text: FieldSpec, typed: &str, set: Box<dyn Fn(String)>) -> El {
        let input = match text.kind {
            "textarea" => self.input(html::textarea(), &text).attr("rows", "3"),
            "long" => self.input(html::textarea(), &text).attr("rows", "6"),
            // Not of type `number`: what browsers take for none there, as "2,5" may be, is lost before anybody could say so.
            "decimal" => self.input(html::input(), &text).attr("type", "text").class("short"),
            "date" => {
                // Years have four figures.
                self.input(html::input(), &text).attr("type", "date").attr("max", "9999-12-31").class("short")
            }
            kind => self.input(html::input(), &text).attr("type", kind),
        };
        let keys = match (text.kind, text.autocomplete) {
            ("decimal", _) => Some("decimal"),
            (_, "postal-code") => Some("numeric"),
            _ => None,
        };
        let (fields, name) = (self.clone(), text.field.to_owned());
        let input = input
            .attr("inputmode", keys)
            .part("field")
            .attr("autocomplete", text.autocomplete)
            .prop("value", typed)
            .on(ev::input, move |event| {
                set(value(&event));
                fields.look_again(&name);
            });
        self.field(&text, input)
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
            .input(html::select(), &text)
            .part("field")
            .child(none)
            .child(options.collect::<Vec<_>>())
            .on(ev::change, move |event| {
                set(value(&event));
                fields.look_again(&name);
            });
        self.field(&text, select)
    }

    /// A choice of one among rows, or of `several`, each with a button of its own. The first of them has the field's identifier.
    pub fn rows(&self, text: FieldSpec, rows: Vec<El>, several: bool) -> El {
        // A group of boxes is not required: one of them is.
        let one = |value: &'static str| (!several).then_some(value);
        self.marked(self.described(html::fieldset(), &text), text.field)
            .class("field rows")
            .attr("role", one("radiogroup"))
            .attr("aria-required", one("true"))
            .child(self.called(html::legend(), &text))
            .child(self.error(&text))
            .child(rows)
    }

    /// A box to tick, unticked unless the visitor has ticked it.
    pub fn tick(&self, text: FieldSpec, is_ticked: bool, set: Box<dyn Fn(bool)>) -> El {
        let (fields, name) = (self.clone(), text.field.to_owned());
        let input = self.input(html::input(), &text).attr("type", "checkbox").prop("checked", is_ticked).on(
            ev::change,
            move |event| {
                set(ticked(&event));
                fields.look_again(&name);
            },
        );
        div()
            .class(text.classes("field tick"))
            .child(input)
            .child(self.label(&text))
            .child(self.hint(&text))
            .child(self.error(&text))
    }
}

/// What a field is.
#[derive(Clone, Copy)]
pub struct FieldSpec<'a> {
    /// Name in the sign-up's JSON.
    pub field: &'a str,
    /// Label.
    pub label: &'a str,
    /// Type of the input, or `textarea`, `long` (the same with more lines), `decimal`.
    pub kind: &'a str,
    /// What browsers may fill in (HTML's autofill field names).
    pub autocomplete: &'a str,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether its label says that it may stay empty.
    pub optional: bool,
    /// What helps to fill it in, a sentence a line.
    pub hint: &'a str,
    /// What is said of an answer that does not fit; empty where its name says that.
    pub invalid: &'a str,
    /// Whether it is there for the sake of another field's answer.
    pub follows: bool,
}

impl<'a> FieldSpec<'a> {
    /// A field of the organiser's own, which browsers cannot fill in.
    pub fn own(field: &'a str, label: &'a str, required: bool) -> Self {
        let (kind, autocomplete, optional) = ("text", "off", !required);
        Self { field, label, kind, autocomplete, required, optional, hint: "", invalid: "", follows: false }
    }

    pub(super) fn classes(&self, classes: &str) -> String {
        [classes, if self.follows { " follows" } else { "" }].concat()
    }
}

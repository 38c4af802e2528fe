//! One field of a form: its label, its input, what is wrong with it.

use alentour_model::signup::FieldIssue;
use leptos::prelude::*;

use super::draft::Draft;
use crate::app::App;
use crate::message::Message;

/// What is wrong with a field, in words.
pub fn issue(field: &str, issue: FieldIssue) -> Message {
    match (field, issue) {
        (field, FieldIssue::Required) if field.starts_with("consents.") => Message::RequiredConsent,
        (_, FieldIssue::Required) => Message::Required,
        ("email", FieldIssue::Invalid) => Message::InvalidEmail,
        ("telephone", FieldIssue::Invalid) => Message::InvalidTelephone,
        ("postalCode", FieldIssue::Invalid) => Message::InvalidPostalCode,
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

/// A field of the form.
#[derive(Clone, Copy)]
pub struct Field {
    /// The widget.
    pub app: App,
    /// The form.
    pub draft: Draft,
}

impl Field {
    /// What is wrong with the field, if anything.
    pub fn issue(self, field: &str) -> Option<Message> {
        let problems = self.draft.problems.read();
        problems.iter().find(|problem| problem.field == field).map(|problem| issue(field, problem.problem))
    }

    /// The line under a field that says what is wrong.
    pub fn error(self, field: String) -> AnyView {
        let id = ["error-", &field].concat();
        view! {
            <span class="error" id=id>{move || self.issue(&field).map(|message| self.app.text(message))}</span>
        }
        .into_any()
    }

    /// A line or some lines of text.
    pub fn text(self, text: TextField) -> AnyView {
        let TextField { name, label, kind, autocomplete, required, value, set } = text;
        let (id, error) = (input_id(&name), ["error-", &name].concat());
        let invalid = {
            let name = name.clone();
            move || self.issue(&name).is_some().to_string()
        };
        let optional =
            (!required).then(|| view! { <small>" (" {self.app.text(Message::Optional)} ")"</small> });
        let input = if kind == "textarea" {
            view! {
                <textarea
                    id=id.clone()
                    part="field"
                    rows="3"
                    aria-required=required.to_string()
                    aria-invalid=invalid
                    aria-describedby=error
                    prop:value=value
                    on:input=move |event| set(event_target_value(&event))
                ></textarea>
            }
            .into_any()
        } else {
            view! {
                <input
                    id=id.clone()
                    part="field"
                    type=kind
                    name=autocomplete
                    autocomplete=autocomplete
                    aria-required=required.to_string()
                    aria-invalid=invalid
                    aria-describedby=error
                    prop:value=value
                    on:input=move |event| set(event_target_value(&event))
                />
            }
            .into_any()
        };
        view! {
            <div class="field">
                <label for=id>{label}{optional}</label>
                {input}
                {self.error(name)}
            </div>
        }
        .into_any()
    }

    /// A choice of one.
    pub fn choice(
        self,
        name: String,
        label: String,
        required: bool,
        options: Vec<(String, String, bool)>,
        chosen: String,
        set: Box<dyn Fn(String)>,
    ) -> AnyView {
        let (id, error) = (input_id(&name), ["error-", &name].concat());
        let invalid = {
            let name = name.clone();
            move || self.issue(&name).is_some().to_string()
        };
        let optional =
            (!required).then(|| view! { <small>" (" {self.app.text(Message::Optional)} ")"</small> });
        let options: Vec<_> = options
            .into_iter()
            .map(|(value, text, disabled)| {
                let selected = value == chosen;
                view! { <option value=value disabled=disabled selected=selected>{text}</option> }
            })
            .collect();
        view! {
            <div class="field">
                <label for=id.clone()>{label}{optional}</label>
                <select
                    id=id
                    part="field"
                    aria-required=required.to_string()
                    aria-invalid=invalid
                    aria-describedby=error
                    on:change=move |event| set(event_target_value(&event))
                >
                    <option value="">{self.app.text(Message::Choose)}</option>
                    {options}
                </select>
                {self.error(name)}
            </div>
        }
        .into_any()
    }

    /// A box to tick, unticked unless the visitor has ticked it.
    pub fn tick(self, name: String, label: String, ticked: bool, set: Box<dyn Fn(bool)>) -> AnyView {
        let (id, error) = (input_id(&name), ["error-", &name].concat());
        let invalid = {
            let name = name.clone();
            move || self.issue(&name).is_some().to_string()
        };
        view! {
            <div class="field tick">
                <input
                    id=id.clone()
                    type="checkbox"
                    aria-invalid=invalid
                    aria-describedby=error
                    prop:checked=ticked
                    on:change=move |event| set(event_target_checked(&event))
                />
                <label for=id>{label}</label>
                {self.error(name)}
            </div>
        }
        .into_any()
    }
}

/// What a text field is.
pub struct TextField {
    /// Name in the sign-up's JSON.
    pub name: String,
    /// Label.
    pub label: String,
    /// Type of the input, or `textarea`.
    pub kind: &'static str,
    /// What browsers may fill in (HTML's autofill field names).
    pub autocomplete: &'static str,
    /// Whether it must be filled in.
    pub required: bool,
    /// What stands in it at first.
    pub value: String,
    /// Takes what is typed.
    pub set: Box<dyn Fn(String)>,
}

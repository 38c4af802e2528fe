//! A field of which all options stand there.

use super::field::{FieldSpec, Fields, input_id};
use crate::dom::html::{div, fieldset, input, label, legend, span};
use crate::dom::{El, ev, ticked, value};

/// Is told which option was changed, and whether it is chosen now.
pub type OnChange = Box<dyn Fn(&str, bool)>;

/// One of the options of a group.
pub struct GroupOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Fields {
    /// Options that all stand there, of kind `radio` or `checkbox`. `set` is told which was changed, and whether it is chosen now.
    pub fn group(&self, text: FieldSpec, options: Vec<GroupOption>, set: OnChange) -> El {
        let is_radio = text.kind == "radio";
        let options = options.into_iter().enumerate().map(|(n, option)| {
            let GroupOption { value: sent, text: words, chosen } = option;
            let input = input()
                .attr("type", text.kind)
                .attr("name", text.field)
                .attr("value", &sent)
                // Where the summary of what is wrong leads.
                .id((n == 0).then(|| input_id(text.field)))
                .prop("checked", chosen);
            // Of radios it is their group that may be wrong or required (ARIA 1.2); a group of boxes has neither.
            let input = if is_radio { input } else { self.marked(input, text.field) };
            label().child(input).child(span().child(&words))
        });
        let group = self.described(fieldset(), &text).class(text.classes("field among"));
        let group = if is_radio {
            self.marked(group, text.field)
                .attr("role", "radiogroup")
                .attr("aria-required", text.required.then_some(true))
        } else {
            group
        };
        let (fields, name) = (self.clone(), text.field.to_owned());
        group
            .on(ev::change, move |event| {
                set(&value(&event), ticked(&event));
                fields.look_again(&name);
            })
            .child(self.called(legend(), &text))
            .child(self.hint(&text))
            .child(div().class("options").child(options.collect::<Vec<_>>()))
            .child(self.error(&text))
    }
}

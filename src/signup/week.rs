//! The times of a week, to tick those that suit.

use alentour_model::question::{BETWEEN_VALUES, DAYS, TIMES, slot};

use super::field::{FieldSpec, Fields, input_id};
use super::group::OnChange;
use crate::app::App;
use crate::dom::html::{fieldset, input, label, legend, table, tbody, td, th, thead, tr};
use crate::dom::{El, ev, ticked, value};
use crate::facts;
use crate::message::Message;

/// A name of a day, or of a time of day.
fn named(app: App, names: Message, n: usize) -> &'static str {
    app.text(names).split(',').nth(n).unwrap_or_default().trim()
}

impl Fields {
    /// Days and times of day, a box for each. `set` is told which was changed, and whether it is ticked now.
    pub fn week(&self, text: FieldSpec, ticked_now: &str, set: OnChange) -> El {
        let app = self.app;
        let head =
            (0..TIMES.len()).map(|time| th().attr("scope", "col").child(named(app, Message::Daytimes, time)));
        let head = tr().child(td()).child(head.collect::<Vec<_>>());
        let days = (0..DAYS.len()).map(|day| {
            let name = named(app, Message::Weekdays, day);
            let boxes = (0..TIMES.len()).map(|time| {
                let sent = slot(day, time);
                let is_ticked = ticked_now.split(BETWEEN_VALUES).any(|it| it == sent);
                let input = input()
                    .attr("type", "checkbox")
                    .attr("name", text.field)
                    .attr("value", &sent)
                    // Where the summary of what is wrong leads.
                    .id((day + time == 0).then(|| input_id(text.field)))
                    .attr("aria-label", facts::joined(&[name, named(app, Message::Daytimes, time)], " "))
                    .prop("checked", is_ticked);
                td().child(label().child(self.marked(input, text.field)))
            });
            tr().child(th().attr("scope", "row").child(name)).child(boxes.collect::<Vec<_>>())
        });
        let days = tbody().child(days.collect::<Vec<_>>());
        let (fields, name) = (self.clone(), text.field.to_owned());
        self.described(fieldset(), &text)
            .class(text.classes("field among"))
            .on(ev::change, move |event| {
                set(&value(&event), ticked(&event));
                fields.look_again(&name);
            })
            .child(self.called(legend(), &text))
            .child(self.hint(&text))
            .child(table().class("week").child(thead().child(head)).child(days))
            .child(self.error(&text))
    }
}

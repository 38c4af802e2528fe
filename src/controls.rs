//! Buttons and links.

use alentour_model::Initiative;

use crate::app::App;
use crate::dom::html::a;
use crate::dom::{El, ev};

/// A button that submits nothing.
pub fn button(text: &str, class: &'static str) -> El {
    let button = crate::dom::html::button().class(class).attr("type", "button").child(text);
    acting(button, class)
}

/// A link that looks like such a button, to where it leads on pages that stand by themselves.
pub fn leading(address: &str, text: &str, class: &'static str) -> El {
    let link = a().class(class).attr("href", address).child(text);
    acting(link, class)
}

/// What acts is a part that partners can style; what only goes along in a text or among choices is none.
fn acting(element: El, class: &str) -> El {
    if matches!(class, "plain" | "chip") { element } else { element.part("action") }
}

/// A link to another page, in a tab of its own: what is being typed here stays.
pub fn link(address: &str, text: &str) -> El {
    a().attr("href", address).attr("rel", "noopener nofollow").attr("target", "_blank").child(text)
}

/// A link that opens an initiative: in the widget, and in a tab of its own with a key held, as links do.
pub fn opening(app: App, initiative: &Initiative, position: usize) -> El {
    a().attr("href", app.permalink(initiative)).child(&initiative.name).on(ev::click, move |event| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            app.act(|browser| browser.visit(app, position, "#detail-title"));
        }
    })
}

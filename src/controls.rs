//! Buttons and links.

use crate::dom::El;
use crate::dom::html::a;

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

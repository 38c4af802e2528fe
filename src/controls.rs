//! Buttons and links.

use crate::dom::El;
use crate::dom::html::a;

/// A button that submits nothing.
pub fn button(text: &str, class: &'static str) -> El {
    let button = crate::dom::html::button().class(class).attr("type", "button").child(text);
    if class == "plain" { button } else { button.part("action") }
}

/// A link that looks like such a button, to where it leads on pages that stand by themselves.
pub fn leading(address: &str, text: &str, class: &'static str) -> El {
    let link = a().class(class).attr("href", address).child(text);
    if class == "plain" { link } else { link.part("action") }
}

/// A link to another page, in a tab of its own: what is being typed here stays.
pub fn link(address: &str, text: &str) -> El {
    a().attr("href", address).attr("rel", "noopener nofollow").attr("target", "_blank").child(text)
}

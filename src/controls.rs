//! Buttons and links.

use crate::dom::{El, classed, el};

/// A button that submits nothing.
pub fn button(text: &str, class: &str) -> El {
    let button = classed("button", class).attr("type", "button").text(text);
    if class == "plain" { button } else { button.part("action") }
}

/// A link to another page, in a tab of its own: what is being typed here stays.
pub fn link(address: &str, text: &str) -> El {
    el("a").attr("href", address).attr("rel", "noopener nofollow").attr("target", "_blank").text(text)
}

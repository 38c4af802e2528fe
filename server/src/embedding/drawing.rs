//! Where to click, drawn: a window with what is looked for, in the order of the clicks.

use maud::{Markup, html};

/// A drawing of three things to look for; `words` says it to those who do not see it.
pub fn drawing(looked_for: &[&str], words: &str) -> Markup {
    let [first, second, third] = looked_for else { return html! {} };
    html! {
        svg.drawing viewBox="0 0 480 240" role="img" aria-label=(words) {
            rect.frame x="1" y="1" width="478" height="238" rx="10" {}
            path.edge d="M1 30H479M150 30V239" {}
            circle.edge cx="16" cy="16" r="4" {} circle.edge cx="30" cy="16" r="4" {} circle.edge cx="44" cy="16" r="4" {}
            path.faint d="M16 110H120M16 132H104M16 154H126M16 176H92" {}
            (button(10, 48, 130, first, "1"))
            path.faint d="M176 64H300M176 84H260" {}
            (button(316, 48, 150, second, "2"))
            rect.field x="170" y="120" width="296" height="96" rx="6" {}
            text.code x="184" y="146" direction="ltr" text-anchor="start" { (third) }
            (number(170, 120, "3"))
        }
    }
}

fn button(x: u32, y: u32, width: u32, label: &str, at: &str) -> Markup {
    html! {
        rect.button_ x=(x) y=(y) width=(width) height="36" rx="6" {}
        text.label x=(x + width / 2) y=(y + 23) text-anchor="middle" { (label) }
        (number(x, y, at))
    }
}

fn number(x: u32, y: u32, at: &str) -> Markup {
    html! {
        circle.number cx=(x + 4) cy=(y) r="10" {}
        text.numbered x=(x + 4) y=(y + 4) text-anchor="middle" { (at) }
    }
}

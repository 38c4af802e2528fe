//! Elements by name, as in `leptos::html`.

use super::El;

macro_rules! elements {
    ($($tag:ident)+) => {
        $(
            #[doc = concat!("A `<", stringify!($tag), ">`.")]
            #[inline(always)]
            pub fn $tag() -> El {
                El::new(stringify!($tag))
            }
        )+
    };
}

elements! {
    a article b bdi button details div fieldset form h2 h3 h4 input label legend li option p progress section select
    small span summary table tbody td textarea th thead time tr ul
}

/// A drawing of one path in a square of 24 by 24, of which screen readers say nothing.
pub fn drawing(path: &str) -> El {
    let path = El::new_svg("path").attr("d", path);
    El::new_svg("svg").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true").child(path)
}

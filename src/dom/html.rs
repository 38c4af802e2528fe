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

/// A line through points ("x,y x,y") in a drawing that is so many units wide and high, and is stretched to whatever size it has. Screen readers
/// say nothing of it.
pub fn polyline(points: String, width: u32, height: u32) -> El {
    // Half of the stroke is above the highest point.
    let room = format!("0 -2 {width} {}", height + 4);
    let line = El::new_svg("polyline").attr("points", points);
    let drawing = El::new_svg("svg").attr("viewBox", room).attr("preserveAspectRatio", "none");
    drawing.attr("aria-hidden", "true").child(line)
}

//! What is not in a page, and why: as far as it is seen from here, where no script runs.

use super::report::Finding;
use super::seen::Seen;

/// What a page's text has at least that is not made by scripts: a menu and a title have more.
const LITTLE: usize = 200;

/// What is to be said of a page without a tag and without a frame. `line`: the tag.
pub fn missing(seen: &Seen, line: &str) -> Finding {
    let has_scripts = seen.scripts > 0;
    if seen.is_own {
        return Finding::of("own");
    }
    if let Some(code) = &seen.code {
        return Finding::with("shortcode", code);
    }
    if seen.is_written {
        return Finding::of("written");
    }
    if let Some(around) = seen.inert {
        return Finding::with("inert", around);
    }
    if seen.is_named {
        return Finding::of("named");
    }
    let key = match seen {
        Seen { elements, .. } if !elements.is_empty() && has_scripts => "element_scripts",
        Seen { elements, .. } if !elements.is_empty() => "element_alone",
        Seen { has_container: true, .. } if has_scripts => "container",
        Seen { has_container: true, .. } => "element_alone",
        Seen { has_fallback: true, .. } if has_scripts => "links_scripts",
        Seen { has_fallback: true, .. } => "links_only",
        Seen { has_links: true, .. } => "link",
        // A page that is more than its door has a form there as others have a search.
        Seen { asks_for_password: true, text, .. } if *text < LITTLE => "sign_in",
        Seen { text, .. } if *text < LITTLE && has_scripts => "scripts",
        _ => "nothing",
    };
    let found = Finding::of(key);
    if key.starts_with("element") { found.line(line) } else { found }
}

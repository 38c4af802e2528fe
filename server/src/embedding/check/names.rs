//! The names of attributes: those that the widget reads, and what people write for them.

use alentour_model::text::fold;

/// What the widget understands (`embed/asked.js`), without `data-`.
pub const KNOWN: [&str; 15] = [
    "feed",
    "place",
    "countries",
    "radius",
    "causes",
    "kinds",
    "lang",
    "theme",
    "limit",
    "api",
    "loading",
    "open",
    "only",
    "target",
    "fallback",
];

/// What the address of a frame is asked by (`frames/list.rs`).
pub const OF_FRAMES: [&str; 11] =
    ["place", "countries", "radius", "causes", "kinds", "lang", "theme", "limit", "open", "only", "accent"];

/// What people call them. Words that other tools have in attributes of their own (`data-type`, `data-category`) are none of these.
const CALLED: [(&str, &[&str]); 9] = [
    (
        "place",
        &["lieu", "ville", "commune", "city", "town", "postcode", "zip", "codepostal", "lugar", "ciudad"],
    ),
    ("radius", &["rayon", "distance", "radio", "distancia"]),
    ("countries", &["pays", "country", "pais", "paises"]),
    ("kinds", &["genre", "genres", "tipos"]),
    ("causes", &["cause", "causas"]),
    ("lang", &["langue", "language", "idioma", "lengua"]),
    ("limit", &["limite"]),
    ("open", &["ouvrir", "abrir"]),
    ("only", &["seulement", "seul", "solo"]),
];

/// Which of these names is meant by one that is none of them.
pub fn meant(said: &str, known: &[&'static str]) -> Option<&'static str> {
    let plain: String = fold(said).chars().filter(|c| c.is_alphanumeric()).collect();
    let called = CALLED.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(name, _)| *name);
    let near = || known.iter().copied().find(|name| is_near(said, name));
    called.filter(|name| known.contains(name)).or_else(near)
}

/// Whether a name is another one but for a slip, two where that is long, and begins like it. Two letters that changed places are one slip.
pub fn is_near(name: &str, known: &str) -> bool {
    let (name, known): (Vec<char>, Vec<char>) = (name.chars().take(20).collect(), known.chars().collect());
    if name.first() != known.first() || known.len() < 4 {
        return false;
    }
    let mut rows = vec![(0..=known.len()).collect::<Vec<usize>>()];
    for (at, letter) in name.iter().enumerate() {
        let mut row = vec![at + 1];
        for (column, other) in known.iter().enumerate() {
            let above = &rows[at];
            let mut steps = above[column] + usize::from(letter != other);
            steps = steps.min(above[column + 1] + 1).min(row[column] + 1);
            if at > 0 && column > 0 && *letter == known[column - 1] && name[at - 1] == *other {
                steps = steps.min(rows[at - 1][column - 1] + 1);
            }
            row.push(steps);
        }
        rows.push(row);
    }
    let most = if known.len() < 6 { 1 } else { 2 };
    rows.last().and_then(|row| row.last()).is_some_and(|steps| *steps <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_the_attributes_that_the_loader_reads_and_no_others() {
        let (_, all) = include_str!("../../../../embed/asked.js").split_once("ATTRIBUTES = [").unwrap();
        let all = all.split(']').next().unwrap().split(", ").map(|name| name.trim_matches('\''));
        assert_eq!(all.chain(["target", "fallback"]).collect::<Vec<_>>(), KNOWN);
    }

    #[test]
    fn what_is_near_or_said_in_the_page_s_language_is_understood() {
        for (said, name) in [
            ("raduis", "radius"),
            ("palce", "place"),
            ("kind", "kinds"),
            ("lieu", "place"),
            ("code-postal", "place"),
            ("rayon", "radius"),
            ("Pays", "countries"),
            ("país", "countries"),
        ] {
            assert_eq!(meant(said, &KNOWN), Some(name), "{said}");
        }
    }

    #[test]
    fn names_of_other_tools_are_left_alone() {
        for other in [
            "lazy",
            "link",
            "load",
            "loaded",
            "type",
            "category",
            "name",
            "id",
            "cfasync",
            "rocket-defer",
            "no-optimize",
            "x",
            "once",
            "class",
            "style",
            "from",
            "utm_source",
            "src",
            "plan",
            "slot",
        ] {
            assert_eq!(meant(other, &KNOWN), None, "{other}");
        }
    }
}

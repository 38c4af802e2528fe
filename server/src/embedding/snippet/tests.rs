//! What is pasted, letter by letter.

use std::sync::Arc;

use alentour_texts::Language;

use super::super::meant::{Named, Place};
use super::super::place_to_paste::PlaceToPaste;
use super::managed::COMMON_SCRIPT;
use super::*;

fn parts(query: &str, named: Option<&str>, initiative: Option<(&str, &str)>) -> Vec<String> {
    made(query, named, initiative, |snippet| snippet.parts().into_iter().map(|part| part.code).collect())
}

/// What is said to be lost.
fn lost(query: &str, initiative: Option<(&str, &str)>) -> Vec<&'static str> {
    made(query, None, initiative, |snippet| snippet.lost())
}

fn made<T>(
    query: &str,
    named: Option<&str>,
    initiative: Option<(&str, &str)>,
    of: impl Fn(&Snippet<'_>) -> T,
) -> T {
    let choices = Choices::read(query, Language::French);
    let place = |name: &str| Place { name: name.to_owned(), country: "FR".to_owned() };
    let place = named.map_or(Named::Unsaid, |name| Named::Is(place(name)));
    let initiative =
        initiative.map_or(Named::Unsaid, |(id, name)| Named::Is(Arc::new(Initiative::new(id, name))));
    let meaning = Meaning { place, initiative };
    let texts = Language::French.embedding();
    let snippet = Snippet {
        choices: &choices,
        meaning: &meaning,
        server: "https://agir.example.org",
        pinned: query.contains("pin=yes").then(|| ("v1.2.3/alentour.js".into(), "sha384-a".into())),
        may_frame: !query.contains("frames=none"),
        texts,
    };
    of(&snippet)
}

#[test]
fn a_hand_made_page_gets_links_and_a_tag_whose_address_says_it_all() {
    let query = "where=html&radius=10&kinds=petition&kinds=group&countries=BE,FR&colour=%230a7a4b&page=https://example.org/agir";
    assert_eq!(
        parts(query, Some("Saint-\"Denis\" (93200)"), None),
        ["<div style=\"--alentour-accent: #0a7a4b\">\n\
          <div class=\"alentour-fallback\" style=\"min-height: 100vh\"><a href=\"https://agir.example.org/near?countries=FR%20BE&amp;radius=10&amp;place=Saint-%22Denis%22%20(93200)&amp;kinds=petition%2Cgroup&amp;lang=fr&amp;from=https%3A%2F%2Fexample.org%2Fagir\">Toutes les actions autour de Saint-&quot;Denis&quot; (93200)</a></div>\n\
          <script async src=\"https://agir.example.org/v1/alentour.js?countries=FR%20BE&amp;radius=10&amp;place=Saint-%22Denis%22%20(93200)&amp;kinds=petition%2Cgroup&amp;lang=fr\"></script>\n\
          </div>"]
    );
}

#[test]
fn an_editor_gets_attributes_and_no_room_where_none_is_wanted() {
    assert_eq!(
        parts("where=joomla&room=none&radius=any", Some("69007"), None),
        [
            "<p class=\"alentour-fallback\"><a href=\"https://agir.example.org/near?radius=any&amp;place=69007&amp;lang=fr\">Toutes les actions autour de 69007</a></p>\n\
          <script async src=\"https://agir.example.org/v1/alentour.js\" data-radius=\"any\" data-place=\"69007\" data-lang=\"fr\"></script>"
        ]
    );
}

#[test]
fn a_version_that_is_pinned_has_its_choices_as_attributes() {
    let tag = "<script async src=\"https://agir.example.org/v1.2.3/alentour.js\" integrity=\"sha384-a\" crossorigin=\"anonymous\" data-place=\"69007\" data-lang=\"fr\"></script>";
    assert!(parts("where=html&pin=yes", Some("69007"), None)[0].ends_with(tag));
    assert!(parts("where=tag-manager&pin=yes", Some("69007"), None)[1].contains("/v1/alentour.js?place="));
}

#[test]
fn a_neighbour_s_town_brings_its_country_along() {
    for (chosen, country, expected) in [
        (&[] as &[&str], "BE", "BE FR"),
        (&[], "CH", "CH FR"),
        (&[], "FR", ""),
        (&[], "", ""),
        (&["LU"], "BE", "LU BE"),
        (&["FR", "BE"], "BE", "FR BE"),
        (&["BE"], "", "BE"),
    ] {
        assert_eq!(countries(chosen, country), expected, "{chosen:?} {country}");
    }
}

#[test]
fn no_title_leaves_the_text_that_it_stands_in() {
    let evil = ("a\"]|}<b>", "\"><script>alert(1)</script>]}}|{");
    for place in PlaceToPaste::ALL {
        for show in ["one", "button"] {
            let query = format!("show={show}&where={}", place.as_str());
            for code in parts(&query, None, Some(evil)) {
                assert!(!code.contains("<script>alert") && !code.contains("\"><s"), "{place:?}: {code}");
                assert!(!code.contains("<b>") && !code.contains(")</script>]"), "{place:?}: {code}");
            }
        }
    }
    assert_eq!(
        parts("show=one&where=dokuwiki", None, Some(evil))[0].matches('}').count(),
        2,
        "{:?}",
        parts("show=one&where=dokuwiki", None, Some(evil))
    );
}

#[test]
fn each_way_says_the_same_choices() {
    let code = |place: &str, show: &str| {
        let query = format!("show={show}&where={place}&radius=10");
        let initiative = (show != "list").then_some(("toit", "Un toit"));
        parts(&query, Some("69007"), initiative).concat()
    };
    let shortcode = "[alentour radius=\"10\" place=\"69007\" lang=\"fr\"]";
    assert_eq!(code("wordpress-plugin", "list"), shortcode);
    assert!(code("wordpress-plugin", "one").contains("initiative=\"https://agir.example.org/i/toit\""));
    let braces = "{{alentour>69007?radius=10&lang=fr|Toutes les actions autour de 69007}}";
    assert_eq!(code("dokuwiki", "list"), braces);
    let frame = "https://agir.example.org/frame?radius=10&place=69007&lang=fr";
    assert!(code("google-sites", "list").starts_with(frame));
    assert!(code("wix", "button").contains("/frame?open=toit&lang=fr&only=true"));
    let target = "alentour.js?radius=10&amp;place=69007&amp;lang=fr&amp;target=%23alentour&amp;fallback=%23alentour%20%3E%20*\"";
    assert!(code("tag-manager", "list").contains(target), "{}", code("tag-manager", "list"));
    assert!(code("app", "one").contains("<alentour-widget open=\"toit\" lang=\"fr\" only"));
    assert!(code("html", "button").contains("<alentour-action open=\"toit\" lang=\"fr\">"));
    assert!(code("mediawiki", "one").contains("data-open=\"toit\" data-lang=\"fr\" data-only=\"true\""));
    assert!(!code("wordpress-author", "list").contains("<script"));
}

#[test]
fn a_button_is_one_where_there_can_be_one_and_else_the_initiative_alone() {
    let one = Some(("toit", "Un toit"));
    let code = |place: &str| parts(&format!("show=button&where={place}"), None, one).concat();
    assert_eq!(
        code("wordpress-plugin"),
        "[alentour initiative=\"https://agir.example.org/i/toit\" lang=\"fr\" as=\"button\"]"
    );
    assert!(code("mediawiki").contains("data-open=\"toit\" data-lang=\"fr\" data-only=\"true\""));
    let texts = Language::French.embedding();
    for place in PlaceToPaste::ALL.iter().filter(|place| place.way() != Way::Link) {
        let code = code(place.as_str());
        let has_button = code.contains("<alentour-action") || code.contains("as=\"button\"");
        let lost = lost(&format!("show=button&where={}", place.as_str()), one);
        assert_eq!(has_button, !lost.contains(&texts.button_lost), "{place:?}");
    }
}

#[test]
fn what_cannot_be_pinned_or_be_dark_is_said() {
    let (texts, one) = (Language::French.embedding(), Some(("toit", "Un toit")));
    for place in PlaceToPaste::ALL {
        for (show, initiative) in [("list", None), ("one", one), ("button", one)] {
            let query = format!("where={}&show={show}&pin=yes&theme=dark", place.as_str());
            let code = parts(&query, None, initiative).concat();
            let lost = lost(&query, initiative);
            assert_eq!(code.contains("integrity="), !lost.contains(&texts.pin_lost), "{query}: {code}");
            let is_dark = ["theme=\"dark\"", "theme=dark"].into_iter().any(|dark| code.contains(dark));
            let is_button = code.contains("as=\"button\"");
            assert_eq!(is_dark && !is_button, !lost.contains(&texts.theme_lost), "{query}: {code}");
            assert!(!code.contains("/near?lang=fr&amp;theme"), "{query}: {code}");
        }
    }
    assert!(lost("where=wix", None).is_empty() && lost("where=html&pin=yes&theme=dark", None).is_empty());
}

#[test]
fn a_frame_has_its_script_beside_it_where_one_is_taken_and_is_a_link_where_none_is_allowed() {
    let script = "<script async src=\"https://agir.example.org/v1/frame.js\"></script>";
    for (place, expected) in [("jimdo", true), ("assoconnect", true), ("wix", false), ("google-sites", false)]
    {
        let code = parts(&format!("where={place}"), None, None);
        assert_eq!(code.iter().any(|code| code == script), expected, "{place}");
        let refused = parts(&format!("where={place}&frames=none"), None, None).concat();
        assert!(refused.starts_with("<a href=") && !refused.contains("/frame"), "{refused}");
    }
}

#[test]
fn the_guides_have_the_script_for_mediawiki_that_is_made_here() {
    let script = COMMON_SCRIPT.replace("SERVER", "https://agir.example.org");
    for guide in [
        include_str!("../../../../docs/integrer/mediawiki.md"),
        include_str!("../../../../docs/embedding/mediawiki.md"),
    ] {
        assert!(guide.contains(&script));
    }
}

//! The cards of a report: the widget's own, as a picture of what visitors see.

use std::sync::Arc;

use alentour::dom::Opening;
use alentour::render::Config;
use alentour_model::{Catalog, Initiative};
use alentour_texts::Language;
use maud::{Markup, PreEscaped, html};

use crate::bundle::Bundle;
use crate::scene::lasting;

/// Cards that are shown at most.
const CARDS: usize = 60;

/// The first of what is not over, as cards.
pub fn cards(initiatives: &[Initiative], language: Language, now: i64) -> Markup {
    some_cards(initiatives, language, now, CARDS)
}

/// So many of them.
pub fn some_cards(initiatives: &[Initiative], language: Language, now: i64, most: usize) -> Markup {
    let shown: Vec<_> = initiatives.iter().filter(|it| !it.is_over(now)).take(most).cloned().collect();
    let catalog = Arc::new(Catalog::new(shown));
    let scene = lasting(language, now, Arc::clone(&catalog), Config::default());
    let mut page = None;
    let cards = scene.cards().changed(&mut |opening| picture(opening, &catalog, &mut page)).html();
    html! { div.preview { div.root lang=(language.tag()) dir=(language.direction()) { div.app { (PreEscaped(cards)) } } } }
}

/// Makes an element one of a picture, in which nothing leads nowhere. What opens an initiative on a partner's page has nothing to open
/// here: a card's title leads to the organiser's page, or nowhere where the feed names none, and its button is one to look at. `page`: the
/// organiser's page of the card that is being drawn.
fn picture<'a>(opening: &mut Opening, catalog: &'a Catalog, page: &mut Option<&'a str>) {
    if let Some(position) = opening.attribute("id").and_then(|id| id.strip_prefix("card-")) {
        let initiative = position.parse().ok().and_then(|position| catalog.get(position));
        *page = initiative.and_then(|it| it.url.as_ref()).map(|url| url.as_str());
    }
    // A picture has no parts to style, and none of its own to go to.
    opening.attributes.retain(|(name, _)| !matches!(*name, "href" | "id" | "type" | "part" | "aria-label"));
    match (opening.tag, *page) {
        ("a", Some(page)) => {
            opening.attributes.extend([("href", page.to_owned()), ("rel", "noopener nofollow".to_owned())])
        }
        ("a" | "button", _) => opening.tag = "span",
        _ => {}
    }
}

/// The widget's style sheet, for what stands in a report; empty in a binary without a widget.
pub fn style(bundle: &Bundle) -> String {
    let sheet = bundle.page_style().and_then(|name| bundle.bytes(&name).ok());
    let sheet = sheet.map(|sheet| String::from_utf8_lossy(&sheet).into_owned()).unwrap_or_default();
    // Nested, its rules are for the cards alone, and win against those of the report around them.
    if sheet.is_empty() { sheet } else { format!(".preview{{{sheet}}}") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::initiatives::linked_data::tests::read;

    fn shown(item: Value) -> String {
        cards(&[read(item)], Language::French, 0).into_string()
    }

    #[test]
    fn a_card_is_the_widget_s_own() {
        let card = shown(
            json!({ "id": "a", "name": "Bal", "kind": "gathering", "url": "https://example.org/bal?a&b",
            "summary": "On danse.", "startDate": "2031-05-02", "organizer": { "name": "Les Amis" },
            "location": { "name": "Salle", "addressLocality": "Lyon", "latitude": 45.75, "longitude": 4.85 } }),
        );
        for part in [
            "<li class=\"card\"",
            "<p class=\"kind\" data-kind=\"gathering\"><svg",
            "<b>Rassemblement</b>",
            "On danse.",
            "À partir du 2 mai 2031",
            "<bdi>Salle, Lyon</bdi>",
            "<p class=\"who\">Les Amis</p>",
        ] {
            assert!(card.contains(part), "{part}: {card}");
        }
        assert!(!card.contains("distance"), "nobody has asked how far it is: {card}");
    }

    #[test]
    fn a_card_leads_to_the_organiser_s_page_or_nowhere() {
        let with = shown(json!({ "id": "a", "name": "Bal", "url": "https://example.org/bal?a&b#c" }));
        assert!(with.contains("href=\"https://example.org/bal?a&amp;b#c\""), "{with}");
        assert_eq!(with.matches("href=").count(), 1, "{with}");
        let form = json!({ "id": "a", "name": "Bal", "participation": { "way": "rsvp" } });
        for item in [json!({ "id": "a", "name": "Bal" }), form] {
            let without = shown(item);
            for action in ["<a", "<button", "href", "alentour="] {
                assert!(!without.contains(action), "{action}: {without}");
            }
            assert!(without.contains("class=\"action\""), "{without}");
        }
    }

    #[test]
    fn texts_of_a_feed_stay_texts() {
        let evil = "\"><svg onload=alert(1)>&lt;b>";
        let card = shown(json!({ "id": evil, "name": evil, "summary": evil, "kind": evil, "causes": [evil],
            "organizer": { "name": evil }, "location": { "name": evil }, "url": "https://example.org/?%22>" }));
        assert!(!card.contains("<svg onload") && !card.contains("<b>&lt;"), "{card}");
        assert!(card.contains("&quot;&gt;&lt;svg onload=alert(1)&gt;&amp;lt;b&gt;"), "{card}");
    }

    #[test]
    fn so_many_cards_are_shown_and_none_of_what_is_over() {
        let one = |n: usize, end: &str| read(json!({ "id": n.to_string(), "name": "Un", "endDate": end }));
        let mut all: Vec<_> = (0..70).map(|n| one(n, "2031-01-01")).collect();
        all.insert(0, one(100, "1969-01-01"));
        let cards = cards(&all, Language::French, 0).into_string();
        assert_eq!(cards.matches("class=\"card\"").count(), CARDS);
        assert!(!cards.contains("1969"), "{cards}");
    }
}

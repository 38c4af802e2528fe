//! Words as people type them, and what they are understood as: by example.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::sync::Arc;

use alentour_model::query::Now;
use alentour_model::read::read_value;
use alentour_model::*;
use alentour_model_testing::TestZones;
use serde_json::{Value, json};

const WORDS: &str = "de la aux a
kind:volunteering\tBénévolat\tbénévole
cause:housing\tLogement\tmal-logement
\ttutorat\tsoutien scolaire\taide aux devoirs\tCLAS\t\técole des devoirs";
const FORMS: &str = "aide aider aides\ndevoir devoirs\nscolaire scolaires";

fn now() -> Now {
    let moment = Moment::parse("2026-11-24T12:00:00+01:00").unwrap();
    Now { instant: moment.instant, today: moment.date() }
}

fn catalog(items: Value) -> Catalog {
    let (feed, findings) = read_value(&json!({ "initiatives": items }), &TestZones).unwrap();
    assert_eq!(findings, [], "the test's own feed is good");
    Catalog::new(feed.initiatives).knowing(Arc::new(Lexicon::read(WORDS, FORMS)))
}

fn named(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name})
}

fn search(catalog: &Catalog, words: &str) -> Results {
    catalog.search(&Query { words: words.into(), ..Query::default() }, now())
}

fn found(catalog: &Catalog, words: &str) -> Vec<String> {
    let results = search(catalog, words);
    results.elsewhere.iter().map(|hit| catalog.get(hit.initiative).unwrap().id.clone()).collect()
}

fn why(catalog: &Catalog, words: &str) -> Vec<Option<Why>> {
    let results = search(catalog, words);
    results.elsewhere.iter().map(|hit| catalog.why(&results, hit)).collect()
}

fn term(text: &str) -> Option<Why> {
    Some(Why::Term(text.into()))
}

#[test]
fn whoever_types_one_term_finds_the_others_and_a_narrower_one_finds_itself() {
    let catalog = catalog(json!([
        named("help", "Aider aux devoirs"),
        named("school", "École des devoirs"),
        named("class", "Rentrée des classes"),
    ]));
    assert_eq!(found(&catalog, "tutorat"), ["help", "school"]);
    assert_eq!(found(&catalog, "Soutiens scolaires"), ["help", "school"], "in other forms, too");
    assert_eq!(found(&catalog, "école des devoirs"), ["school"]);
    assert_eq!(found(&catalog, "aide devoirs"), ["help", "school"], "small words do not count");
}

#[test]
fn an_acronym_is_found_letter_for_letter_and_begins_nothing() {
    let catalog = catalog(json!([
        named("acronym", "Un CLAS à l’école"),
        named("class", "Les classes"),
        named("lower", "Un clas")
    ]));
    assert_eq!(found(&catalog, "tutorat"), ["acronym"]);
    assert_eq!(found(&catalog, "clas"), ["acronym", "lower"], "in what is typed case does not count");
}

#[test]
fn kinds_and_causes_are_found_by_their_names_and_by_what_means_them() {
    let catalog = catalog(json!([
        {"id": "kind", "name": "x", "kind": "volunteering"},
        {"id": "cause", "name": "x", "causes": ["housing"]},
    ]));
    assert_eq!(found(&catalog, "bénév"), ["kind"]);
    assert_eq!(found(&catalog, "bénévoles"), ["kind"]);
    assert_eq!(found(&catalog, "mal logement"), ["cause"]);
    assert_eq!(why(&catalog, "bénévole"), [None], "a card shows the kind");
    assert_eq!(why(&catalog, "logement"), [Some(Why::Cause(Cause::Housing))]);
    assert_eq!(found(&catalog, "lo").len(), 0, "two letters mean nothing yet");
}

#[test]
fn a_hit_says_why_where_its_card_does_not() {
    let catalog = catalog(json!([
        named("title", "Soutien scolaire"),
        {"id": "keyword", "name": "x", "keywords": ["Aide aux devoirs"]},
        {"id": "partner", "name": "x", "partners": [{"name": "Ville de Lyon"}]},
        {"id": "description", "name": "x", "description": "On révise les Tables ensemble."},
    ]));
    assert_eq!(why(&catalog, "soutien"), [None]);
    assert_eq!(why(&catalog, "tutorat"), [term("soutien scolaire"), term("aide aux devoirs")]);
    assert_eq!(why(&catalog, "lyon"), [term("Ville de Lyon")]);
    assert_eq!(why(&catalog, "table"), [Some(Why::Described("Tables".into()))]);
}

#[test]
fn one_mistake_in_five_letters_is_forgiven_where_nothing_has_the_word() {
    let catalog = catalog(
        json!([named("garden", "Jardin"), named("soup", "Soupe"), {"id": "kept", "name": "x", "keywords": ["tutorat"]}]),
    );
    assert_eq!(found(&catalog, "jadrin"), ["garden"]);
    assert_eq!(why(&catalog, "jadrin"), [term("Jardin")]);
    assert_eq!(found(&catalog, "tutorrat"), ["kept"]);
    assert_eq!(found(&catalog, "soup"), ["soup"]);
    assert_eq!(found(&catalog, "sopu").len(), 0, "a word of four letters is as it is");
    assert_eq!(found(&catalog, "jardinage"), ["garden"], "an ending that nothing has");
}

#[test]
fn a_single_letter_begins_only_what_a_card_shows() {
    let catalog = catalog(json!([
        named("title", "Zorro"),
        {"id": "described", "name": "x", "description": "Zorro et plan Z"},
        {"id": "neither", "name": "x", "description": "Zorro"},
    ]));
    assert_eq!(found(&catalog, "z"), ["title", "described"], "or is that word");
    assert_eq!(found(&catalog, "zo").len(), 3);
}

#[test]
fn what_only_small_words_ask_for_is_found_by_them() {
    let catalog = catalog(json!([named("small", "De la soupe"), named("other", "x")]));
    assert_eq!(found(&catalog, "de la"), ["small"]);
    assert_eq!(found(&catalog, "à la soupe"), ["small"]);
}

#[test]
fn where_nothing_is_found_another_word_is_offered_that_finds_something() {
    let catalog = catalog(json!([
        {"id": "a", "name": "Un Jardin à Lyon", "kind": "group"},
        {"id": "b", "name": "Jardins", "kind": "group"},
        {"id": "c", "name": "Jargon", "kind": "petition"},
    ]));
    let suggestion = |words: &str, kinds: &[Kind]| {
        let query = Query { words: words.into(), kinds: kinds.to_vec(), ..Query::default() };
        catalog.search(&query, now()).suggestion
    };
    assert_eq!(suggestion("À Jrdni, lyon", &[]).as_deref(), Some("À jardin, lyon"));
    assert_eq!(suggestion("jagrn", &[Kind::Petition]).as_deref(), Some("jargon"));
    assert_eq!(suggestion("jardin piscine", &[]).as_deref(), Some("jardin"), "or one is left out");
    assert_eq!(suggestion("xqzt", &[]), None);
    assert_eq!(suggestion("jardin", &[Kind::Petition]), None, "it is not the word that finds nothing");
    assert_eq!(suggestion("jardin", &[]), None);
}

#[test]
fn what_is_about_the_words_comes_before_what_mentions_them_and_dated_before_ongoing_within_a_band() {
    let at = |id: &str, name: &str, description: &str, metres: f64, date: Option<&str>| {
        let mut item = json!({"id": id, "name": name, "description": description,
            "location": {"latitude": 45.764 + metres / 111_195.0, "longitude": 4.8357}});
        if let Some(date) = date {
            item["sessions"] = json!([{ "startDate": date }]);
        }
        item
    };
    let catalog = catalog(json!([
        at("mentions", "x", "Une soupe", 10.0, Some("2026-11-25")),
        at("goes-on", "Soupe", "", 100.0, None),
        at("dated", "Soupe", "", 900.0, Some("2026-12-25")),
        at("farther", "Soupe", "", 1500.0, Some("2026-11-25")),
        at("elsewhen", "Soupe", "", 20_000.0, Some("2026-11-28")),
    ]));
    let near = |words: &str, when: Option<DateRange>| {
        let query = Query { words: words.into(), near: Point::new(45.764, 4.8357), when, ..Query::default() };
        let ids = catalog.search(&query, now()).nearby;
        ids.iter().map(|hit| catalog.get(hit.initiative).unwrap().id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(near("soupe", None), ["dated", "goes-on", "farther", "elsewhen", "mentions"]);
    assert_eq!(near("", None), ["mentions", "dated", "goes-on", "farther", "elsewhen"]);
}

#[test]
fn what_happens_on_the_days_asked_for_comes_before_what_goes_on_then() {
    let catalog = catalog(json!([
        {"id": "goes-on", "name": "x", "startDate": "2026-01-01", "location": {"latitude": 45.764, "longitude": 4.8357}},
        {"id": "far", "name": "x", "location": {"latitude": 46.0, "longitude": 4.8357}, "sessions": [{"startDate": "2026-11-28"}]},
    ]));
    let ids = |when| {
        let query = Query { near: Point::new(45.764, 4.8357), when, ..Query::default() };
        catalog.search(&query, now()).nearby.iter().map(|hit| hit.initiative).collect::<Vec<_>>()
    };
    assert_eq!(ids(None), [0, 1]);
    assert_eq!(ids(Some(DateRange::this_weekend(now().today))), [1, 0]);
}

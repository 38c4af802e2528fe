//! Words that are looked for: on the list without a script, and what the widget gets to understand them.

use serde_json::json;

use crate::app::App;

async fn app() -> App {
    let feed = json!({ "alentour": "1", "inLanguage": "fr", "initiatives": [
        { "id": "a", "name": "Réviser à plusieurs", "keywords": ["aide aux devoirs"] },
        { "id": "b", "name": "Un bénévole pour la bibliothèque", "kind": "volunteering" },
        { "id": "c", "name": "Des bénévoles au jardin" },
    ]});
    App::start_announcing(feed, "").await
}

async fn near(app: &App, query: &str) -> String {
    app.get(&format!("/near?{query}")).await.text().await.unwrap()
}

#[tokio::test]
async fn the_list_without_a_script_understands_words_and_says_why() {
    let app = app().await;
    let list = near(&app, "lang=fr&words=tutorat").await;
    assert!(list.contains("Réviser à plusieurs") && !list.contains("bibliothèque"), "{list}");
    assert!(list.contains("Trouvé par «\u{a0}aide aux devoirs\u{a0}»"), "{list}");
    let english = near(&app, "lang=en&words=homework").await;
    assert!(
        english.contains("Réviser à plusieurs") && english.contains("Found by “aide aux devoirs”"),
        "{english}"
    );
}

#[tokio::test]
async fn where_nothing_is_found_the_list_leads_to_words_that_find_something() {
    let app = app().await;
    let list = near(&app, "lang=fr&words=jardin+piscine").await;
    assert!(list.contains("Vouliez-vous dire «\u{a0}jardin\u{a0}»"), "{list}");
    assert!(list.contains("/near?lang=fr&amp;words=jardin") || list.contains("words=jardin\""), "{list}");
}

#[tokio::test]
async fn the_forms_of_the_feeds_words_are_served_and_asked_for_again_only_if_they_change() {
    let app = app().await;
    let response = app.get("/v1/forms.txt").await;
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let tag = response.headers()["etag"].clone();
    let forms = response.text().await.unwrap();
    assert!(forms.lines().any(|line| line.split(' ').any(|form| form == "benevoles")), "{forms}");
    let again = app.client.get(format!("{}/v1/forms.txt", app.address)).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
}

//! The organiser's questions, from both ways in to each way out.

use alentour_server::store::Purpose;
use serde_json::{Value, json};

use crate::app::{App, MAILING, database, feed, form, key};
use crate::command::{alentour, text};
use crate::initiatives::{filled, page, send};
use crate::outbox::{now, outbox, round};
use crate::people::link;
use crate::receiver::Receiver;
use crate::sinks::webhook;

const ZOE: &str = "zoe@example.org";

/// A petition that asks one question of each type; three of them of those who come by car, or do not.
fn asking() -> Value {
    let mut feed = feed();
    feed["initiatives"][1]["participation"]["questions"] = json!([
        { "id": "envie", "label": "Ce qui vous amène", "type": "longText" },
        { "id": "langues", "label": "Langues que vous parlez", "type": "choices", "options": ["Arabe", "Dari; farsi", "Français"] },
        { "id": "moment", "label": "Moment", "type": "choice", "options": ["Matin", "Soir"] },
        { "id": "arrivee", "label": "Arrivée", "type": "date" },
        { "id": "permis", "label": "J’ai le permis", "type": "boolean" },
        { "id": "voiture", "label": "Venez-vous en voiture ?", "type": "yesNo", "required": true },
        { "id": "places", "label": "Places libres", "type": "number", "minimum": 1, "maximum": 8, "required": true,
          "onlyIf": { "question": "voiture", "answer": "yes" } },
        { "id": "detour", "label": "Détour", "type": "text", "onlyIf": { "question": "places", "answer": "3" } },
        { "id": "gare", "label": "Gare", "type": "text", "required": true, "onlyIf": { "question": "voiture", "answer": "no" } },
        { "id": "semaine", "label": "Disponibilités", "type": "availability" },
    ]);
    feed
}

fn answering(answers: &[(&str, &str)]) -> Value {
    let mut form = form(ZOE);
    form["answers"] =
        answers.iter().map(|(question, value)| json!({ "question": question, "value": value })).collect();
    form
}

const ALL: &[(&str, &str)] = &[
    ("envie", "Le quartier.\nEt vous ?"),
    ("langues", "Arabe\nDari; farsi"),
    ("moment", "Soir"),
    ("arrivee", "2099-05-02"),
    ("permis", "yes"),
    ("voiture", "yes"),
    ("places", "2.5"),
    ("semaine", "tue-evening\nsat-morning"),
];

/// Those of a form that was filled in by somebody who came by car, and then does not: or by a widget that knows no conditions.
const TOO_MANY: &[(&str, &str)] =
    &[("voiture", "no"), ("places", "a lot"), ("detour", "Bron"), ("gare", "Part-Dieu")];

async fn kept(app: &App) -> Value {
    let [stored] = &app.signups("petition").await[..] else { panic!("not one") };
    Value::from(stored.person.answers.clone())
}

#[tokio::test]
async fn answers_to_questions_that_are_not_asked_are_not_kept_whichever_way_they_come() {
    let left = json!({ "voiture": "no", "gare": "Part-Dieu" });
    let app = App::start_announcing(asking(), "").await;
    assert_eq!(app.post(&key("a"), &answering(TOO_MANY)).await.0, 201);
    assert_eq!(kept(&app).await, left);
    // Sent again after the answer was lost, it is the same form.
    assert_eq!(app.post(&key("a"), &answering(TOO_MANY)).await.0, 201);

    let app = App::start_announcing(asking(), MAILING).await;
    let mut fields = filled(&app, ZOE).await;
    for (name, value) in [
        ("answers.voiture", "no"),
        ("answers.places", "a lot"),
        ("answers.detour", "Bron"),
        ("answers.gare", "Part-Dieu"),
    ] {
        fields.push((name, value.into()));
    }
    assert_eq!(send(&app, &fields).await.0, 200);
    assert_eq!(kept(&app).await, left);
}

#[tokio::test]
async fn what_is_asked_is_checked_on_the_way_in() {
    let app = App::start_announcing(asking(), "").await;
    for (answers, field, problem) in [
        (&[][..], "answers.voiture", "required"),
        (&[("voiture", "maybe")], "answers.voiture", "invalid"),
        (&[("voiture", "yes")], "answers.places", "required"),
        (&[("voiture", "yes"), ("places", "9")], "answers.places", "invalid"),
        (&[("voiture", "yes"), ("places", "2,5")], "answers.places", "invalid"),
        (&[("voiture", "yes"), ("places", "2"), ("arrivee", "2/5/2099")], "answers.arrivee", "invalid"),
        (
            &[("voiture", "yes"), ("places", "2"), ("langues", "Arabe, Français")],
            "answers.langues",
            "invalid",
        ),
        (&[("voiture", "no")], "answers.gare", "required"),
        (
            &[("voiture", "no"), ("gare", "Bron"), ("semaine", "sat-morning\nsat-night")],
            "answers.semaine",
            "invalid",
        ),
    ] {
        let (status, body) = app.post(&key("a"), &answering(answers)).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(status, 422, "{answers:?}");
        assert_eq!(body["fields"], json!([{ "field": field, "problem": problem }]), "{answers:?}");
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
}

#[tokio::test]
async fn a_form_without_a_script_asks_everything_and_says_of_whom() {
    let app = App::start_announcing(asking(), MAILING).await;
    let (_, open) = page(&app, "/i/petition?lang=fr").await;
    let plain = open.replace('\u{a0}', " ");
    assert!(plain.contains("Si « Venez-vous en voiture ? » : Oui\nDe 1 à 8."), "{open}");
    assert!(plain.contains("Si « Places libres » : 3"), "{open}");
    let form = open.split_once("<form").unwrap().1.split_once("</form>").unwrap().0;
    assert_eq!(form.matches(" hidden=").count(), 0, "{form}");
    // Nobody is told to answer what may not be asked of them.
    let field = |name: &str| {
        let (_, rest) = form.split_once(&format!("id=\"in-answers.{name}\"")).unwrap();
        rest.split_once('>').unwrap().0.to_owned()
    };
    assert!(!field("places").contains("aria-required"), "{}", field("places"));
    assert!(field("places").contains("inputmode=\"decimal\"") && field("arrivee").contains("type=\"date\""));
    let mut fields = filled(&app, ZOE).await;
    let sent = [
        ("answers.envie", "Le quartier.\r\nEt vous ?"),
        ("answers.langues", "Arabe"),
        ("answers.langues", "Dari; farsi"),
        ("answers.moment", "Soir"),
        ("answers.arrivee", "2099-05-02"),
        ("answers.permis", "on"),
        ("answers.voiture", "yes"),
        ("answers.semaine", "tue-evening"),
        ("answers.semaine", "sat-morning"),
    ];
    fields.extend(sent.map(|(name, value)| (name, value.to_owned())));
    // What is missing comes back beside its field, with all that was typed and chosen.
    fields.push(("answers.places", "2,25 au plus".into()));
    let (status, back) = send(&app, &fields).await;
    assert_eq!(status, 422);
    for typed in ["\nLe quartier.\nEt vous ?</textarea>", "value=\"2099-05-02\"", "value=\"2,25 au plus\""] {
        assert!(back.contains(typed), "{typed}: {back}");
    }
    let chosen = |value: &str| {
        let (_, rest) = back.split_once(&format!("value=\"{value}\"")).unwrap();
        rest.split_once('>').unwrap().0.contains("checked")
    };
    assert!(
        chosen("tue-evening")
            && !chosen("tue-morning")
            && chosen("Arabe")
            && chosen("Dari; farsi")
            && chosen("Soir")
            && !chosen("Français")
            && !chosen("Matin")
    );
    let (_, error) = back.split_once("id=\"error-answers.places\">").unwrap();
    assert!(error.starts_with("Indiquez un nombre, en chiffres. De 1 à 8."), "{error}");
    assert!(back.contains("href=\"#in-answers.places\""), "{back}");
    let last = fields.len() - 1;
    fields[last].1 = "2,5".into();
    assert_eq!(send(&app, &fields).await.0, 200);
    let expected = json!({
        "envie": "Le quartier.\nEt vous ?", "langues": ["Arabe", "Dari; farsi"], "moment": "Soir", "arrivee": "2099-05-02",
        "permis": "yes", "voiture": "yes", "places": "2.5",
        "semaine": ["tue-evening", "sat-morning"],
    });
    assert_eq!(kept(&app).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn organisers_get_texts_and_their_tables_one_cell_a_question() {
    let receiver = Receiver::start().await;
    let osdi = format!(
        "[[sink]]\nname = \"an\"\nkind = \"osdi\"\nurl = \"{}/api/v2/forms/1/submissions\"\ntoken = \"jeton\"\n",
        receiver.address
    );
    let app = App::start_announcing(asking(), &format!("{}{osdi}", webhook(&receiver))).await;
    assert_eq!(app.post(&key("a"), &answering(ALL)).await.0, 201);
    assert_eq!(round(&outbox(&app), now()).await, (2, 0, 0));
    let got = receiver.got();
    let of = |path: &str| got.iter().find(|got| got.path.contains(path)).unwrap().json();
    let (hook, person) = (of("/hook"), of("/submissions"));
    let answers = &hook["signup"]["answers"];
    assert_eq!((&answers["langues"], &answers["places"]), (&json!("Arabe\nDari; farsi"), &json!("2.5")));
    let fields = &person["person"]["custom_fields"];
    assert_eq!((&fields["langues"], &fields["voiture"]), (&json!("Arabe; Dari; farsi"), &json!("yes")));

    let database = database(&app.folder);
    let export =
        ["signups", "export", "--database", &database, "--initiative", "petition", "--format", "csv"];
    let table = text(&alentour(&export));
    let mut csv = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let headers = csv.headers().unwrap().clone();
    let row = csv.records().next().unwrap().unwrap();
    let cell = |name: &str| row.get(headers.iter().position(|header| header == name).unwrap()).unwrap();
    assert_eq!((cell("langues"), cell("arrivee")), ("Arabe; Dari; farsi", "2099-05-02"));
    assert_eq!(cell("semaine"), "tue-evening; sat-morning");
    // Lines of a text are lines.
    assert_eq!(cell("envie"), "Le quartier.\nEt vous ?");
}

#[tokio::test]
async fn a_person_reads_their_answers_in_words() {
    let app = App::start_announcing(asking(), MAILING).await;
    assert_eq!(app.post(&key("a"), &answering(ALL)).await.0, 201);
    let token = link(&app, 'b', ZOE, "", Purpose::Access).await;
    let page = app.get(&format!("/me/{token}?lang=fr")).await.text().await.unwrap();
    for said in [
        "Langues que vous parlez</bdi></dt><dd><bdi>Arabe · Dari; farsi",
        "Arrivée</bdi></dt><dd><bdi>samedi 2 mai 2099",
        "J’ai le permis</bdi></dt><dd><bdi>oui",
        "Venez-vous en voiture ?</bdi></dt><dd><bdi>oui",
        "Places libres</bdi></dt><dd><bdi>2,5",
        "Disponibilités</bdi></dt><dd><bdi>mardi soir · samedi matin",
        "Ce qui vous amène</bdi></dt><dd><bdi>Le quartier.\nEt vous ?",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let order = [
        "Ce qui vous amène",
        "Langues",
        "Moment",
        "Arrivée",
        "J’ai le permis",
        "Venez-vous",
        "Places",
        "Disponibilités",
    ];
    let at: Vec<_> = order.iter().map(|label| page.find(&format!("<bdi>{label}")).unwrap()).collect();
    assert!(at.is_sorted(), "{at:?}: {page}");
}

#[tokio::test]
async fn a_widget_that_does_not_know_a_question_s_type_sends_a_line_of_text() {
    let app = App::start_announcing(asking(), MAILING).await;
    let answers = [("voiture", "no"), ("gare", "Bron"), ("semaine", "le mardi, après 18 h")];
    assert_eq!(app.post(&key("a"), &answering(&answers)).await.0, 201);
    let token = link(&app, 'b', ZOE, "", Purpose::Access).await;
    let page = app.get(&format!("/me/{token}?lang=ar")).await.text().await.unwrap();
    assert!(page.contains("Disponibilités</bdi></dt><dd><bdi>le mardi, après 18 h"), "{page}");
}

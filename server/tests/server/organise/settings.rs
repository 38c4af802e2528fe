//! What is settled in pages, and what the settings file says.

use std::sync::Arc;

use alentour_server::back_ups;
use alentour_server::settings::BackUp;
use alentour_server::store::Store;

use super::{encoded, operating};
use crate::app::{App, MAILING, feed, form, key};
use crate::mailbox::{MailServer, Mood};
use crate::outbox::{now, outbox, round};
use crate::stores::{both, dump};

both! {
    who_answers_is_settled_in_a_page_and_said_to_everybody
    a_mail_server_is_settled_tried_and_used_without_a_restart
    back_ups_are_settled_made_and_counted
}

async fn start(store: &Arc<dyn Store>, settings: &str) -> App {
    App::start_storing(store.clone(), tempfile::tempdir().unwrap(), feed(), settings).await
}

async fn who_answers_is_settled_in_a_page_and_said_to_everybody(store: Arc<dyn Store>) {
    let app = start(&store, "").await;
    let mut browser = operating(&app).await;
    let path = "/organise/settings/controller";
    let wrong = browser.submit(path, "action=save&name=Les+Amis&contact=rien&officer=x").await;
    assert_eq!(wrong.status, 422);
    for part in ["value=\"Les Amis\"", "value=\"rien\"", "href=\"#contact\"", "id=\"officer-wrong\""] {
        assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
    }
    let said =
        "action=save&name=Les+%3Ci%3EAmis&address=12+rue+des+Lilas&contact=donnees@example.org&officer=";
    let done = browser.submit(path, said).await;
    assert_eq!((done.status, done.location.as_str()), (303, "/organise/settings/mail?lang=fr"));
    let notice = browser.get("/privacy").await.body;
    for part in ["Les &lt;i&gt;Amis", "12 rue des Lilas", "donnees@example.org"] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    let stored = format!("{:?}", dump(&store).await);
    let bytes = format!("{:?}", b"rue des Lilas");
    assert!(!stored.contains(bytes.trim_matches(['[', ']'])), "it is sealed");
    assert!(browser.get("/organise/trail").await.body.contains("responsable des données"));

    // What the file says wins, is shown as such, and is not typed over.
    let given = start(&store, "[controller]\nname = \"Maison\"").await;
    given.state.settings.learn(store.made_settings().await.unwrap());
    assert_eq!(given.state.settings.controller.name, "Maison");
    let mut browser = operating(&given).await;
    let page = browser.get(path).await.body;
    assert!(
        page.contains("Fixé dans le fichier de réglages") && !page.contains("<input id=\"name\""),
        "{page}"
    );
    assert_eq!(browser.submit(path, said).await.status, 400);
}

async fn a_mail_server_is_settled_tried_and_used_without_a_restart(store: Arc<dyn Store>) {
    let server = MailServer::start().await;
    let app = start(&store, "").await;
    let mut browser = operating(&app).await;
    let delivering = outbox(&app);
    let path = "/organise/settings/mail";
    let port = server.address.port();
    let typed = |host: &str, from: &str, password: &str| {
        format!(
            "action=save&public_url=https://agir.example.org/&host={}&port={port}&encryption=none&user=&password={password}&from={}&reply_to=",
            encoded(host),
            encoded(from)
        )
    };
    for (host, from, field) in [
        ("a b", "Agir <bonjour@example.org>", "host"),
        ("u:p@127.0.0.1", "bonjour@example.org", "host"),
        ("127.0.0.1", "bonjour", "from"),
    ] {
        let wrong = browser.submit(path, &typed(host, from, "topsecret")).await;
        assert_eq!(wrong.status, 422, "{host}");
        assert!(wrong.body.contains(&format!("href=\"#{field}\"")) && !wrong.body.contains("topsecret"));
    }
    let saved = browser.submit(path, &typed("127.0.0.1", "Agir <bonjour@example.org>", "topsecret")).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = browser.get(&saved.location).await.body;
    assert!(page.contains("C’est enregistré"), "{page}");
    assert!(page.contains("bonjour@example.org") && !page.contains("topsecret"), "{page}");
    let stored = format!("{:?}", dump(&store).await);
    let bytes = format!("{:?}", b"topsecret");
    assert!(!stored.contains(bytes.trim_matches(['[', ']'])) && !stored.contains("topsecret"));

    let tried = browser.submit(path, "action=try").await.body;
    assert!(tried.contains("l’a accepté") && tried.contains("250"), "{tried}");
    assert_eq!(server.taken().iter().filter(|mail| mail.to.contains("operatrice@example.org")).count(), 1);
    server.then([Mood::Say("550 5.7.1 <operatrice@example.org> relaying denied")]);
    let refused = browser.submit(path, "action=try").await.body;
    assert!(
        refused.contains("n’est pas parti") && refused.contains("relaying denied"),
        "as it says it: {refused}"
    );
    // What has just been refused is not said to be settled.
    let settled = |page: &str| page.matches("Réglé.").count();
    let overview = browser.get("/organise/settings").await.body;
    assert_eq!(settled(&overview), 1, "{overview}");
    browser.submit(path, "action=try").await;
    assert_eq!(settled(&browser.get("/organise/settings").await.body), 2);

    // A sign-up is confirmed by mail now, with a link to where visitors are.
    app.post(&key("a"), &form("zoe@example.org")).await;
    assert_eq!(round(&delivering, now()).await.0, 1);
    let mail = server.taken().into_iter().find(|mail| mail.to.contains("zoe@")).unwrap();
    assert!(mail.link("https://agir.example.org/confirm/").is_some(), "{}", mail.text());

    browser.submit(path, "action=clear").await;
    assert!(app.state.settings.mail.is_none());
    assert_eq!(browser.submit(path, "action=try").await.status, 400);
    let given = start(&store, MAILING).await;
    let page = operating(&given).await.get(path).await.body;
    assert!(page.contains("Fixé dans le fichier") && !page.contains("id=\"host\""), "{page}");
}

async fn back_ups_are_settled_made_and_counted(store: Arc<dyn Store>) {
    let app = start(&store, "").await;
    let mut browser = operating(&app).await;
    let path = "/organise/settings/back-up";
    let folder = app.path("copies");
    std::fs::write(app.path("file"), "").unwrap();
    for (folder, hours, field) in [
        ("copies".to_owned(), "24", "folder"),
        (app.path("file").display().to_string(), "24", "folder"),
        (folder.display().to_string(), "0", "hours"),
    ] {
        let form = format!("action=save&folder={}&hours={hours}&keep=2", encoded(&folder));
        let wrong = browser.submit(path, &form).await;
        assert!(wrong.status == 422 && wrong.body.contains(&format!("href=\"#{field}\"")), "{}", wrong.body);
    }
    let form = format!("action=save&folder={}&hours=24&keep=2", encoded(&folder.display().to_string()));
    assert_eq!(browser.submit(path, &form).await.status, 303);
    let wanted = app.state.settings.back_up.clone().unwrap();
    assert_eq!(wanted, BackUp { folder: folder.clone(), hours: 24, keep: 2 });
    let files = || {
        let all =
            std::fs::read_dir(&folder).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
        all.filter(|name| name.starts_with("signups-")).count()
    };
    let made = browser.submit(path, "action=now").await.body;
    assert!(made.contains("C’est fait") && files() == 1, "{made}");
    let at = |hours: i64| jiff::Timestamp::from_second(now() + hours * 3600).unwrap();
    assert!(!back_ups::make_if_due(&app.state, &wanted, at(23)).await.unwrap());
    for hours in [25, 50, 75] {
        assert!(back_ups::make_if_due(&app.state, &wanted, at(hours)).await.unwrap());
    }
    assert_eq!(files(), 2, "the oldest are gone");
    assert!(browser.get("/organise/trail").await.body.contains("Sauvegarde faite"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_secret_is_said_and_nothing_of_it() {
    let app = App::start().await;
    let page = operating(&app).await.get("/organise/settings/secret").await.body;
    assert!(page.contains("ALENTOUR_SECRET") && !page.contains(crate::app::SECRET), "{page}");
}

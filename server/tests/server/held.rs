//! What a mail and the page behind it say of how long a seat is kept, and of how long the link is good.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::json;

use crate::app::{App, feed, key, seat};
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::waiting_list::last;

const ZOE: &str = "zoe@example.org";

async fn asks(server: &MailServer, feed: serde_json::Value, session: &str) -> (App, Taken) {
    let app = App::start_announcing(feed, &mailing(server)).await;
    let mut form = seat(ZOE);
    form["session"] = json!(session);
    assert_eq!(app.post(&key("a"), &form).await.0, 201);
    round(&outbox(&app), now()).await;
    (app, last(server, ZOE))
}

async fn page(app: &App, mail: &Taken) -> String {
    let path = mail.link("/confirm/").unwrap().replace("https://agir.example.org", "");
    app.get(&path).await.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn until_when_a_seat_is_kept_is_said_where_seats_are_scarce_and_when_it_is_over() {
    let server = MailServer::start().await;
    let (app, mail) = asks(&server, feed(), "samedi").await;
    let until = Timestamp::now() + 2.hours();
    let hour = until.to_zoned(TimeZone::get("Europe/Paris").unwrap()).hour();
    let said = |text: &str| {
        let (_, kept) = text.split_once("Votre place est gardée jusqu’au ").expect(text);
        kept.split('.').next().unwrap().to_owned()
    };
    for text in [mail.text(), page(&app, &mail).await] {
        let said = said(&text);
        assert!(said.contains(&format!("à {hour}\u{a0}h")), "{said}");
        assert!(said.ends_with("après, elle n’est plus garantie"), "{said}");
    }
    let database = app.database().await;
    sqlx::query("UPDATE signups SET received_at = received_at - 7300").execute(&database).await.unwrap();
    let later = page(&app, &mail).await;
    assert!(later.contains("Votre place n’est plus gardée") && !later.contains("gardée jusqu"), "{later}");

    let server = MailServer::start().await;
    let (app, mail) = asks(&server, feed(), "dimanche").await;
    for text in [mail.text(), page(&app, &mail).await] {
        assert!(!text.contains("gardée"), "of seats without number: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_not_said_to_be_good_after_the_last_date() {
    let server = MailServer::start().await;
    let mut feed = feed();
    let start = Timestamp::now() + 30.hours();
    feed["initiatives"][0]["sessions"][0]["startDate"] = json!(start.to_string());
    let (_app, mail) = asks(&server, feed, "samedi").await;
    let text = mail.text();
    let (_, when) = text.split_once("Quand\u{a0}: ").unwrap();
    let (day, _) = when.split_once(" à ").unwrap();
    assert!(text.contains(&format!("valable jusqu’au {day}.")), "{text}");
}

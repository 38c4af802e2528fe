//! Accounts in pages.

use alentour_model::EmailAddress;

use super::people::{announced, on_each};
use super::{account, operating, signed_in};
use crate::outbox::{now, outbox, round};
use crate::waiting_list::last;
use alentour_server::store::Role;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_given_by_mail_looked_at_and_taken_away_after_a_question() {
    for (app, server) in on_each(&announced()).await {
        let mut browser = operating(&app).await;
        signed_in(&app, "asha@example.org", "atelier", Some(Role::Organiser)).await;
        assert_eq!(
            browser.submit("/organise/accounts", "action=invite&email=lea&role=organiser").await.status,
            422
        );
        let given = "action=invite&email=lea%40example.org&role=organiser";
        assert!(browser.submit("/organise/accounts", given).await.body.contains("L\u{2019}invitation part"));
        // Once more changes nothing of it, nor does it take from somebody what they may.
        let own = "action=invite&email=operatrice%40example.org&role=organiser";
        assert_eq!(browser.submit("/organise/accounts", own).await.status, 200);
        round(&outbox(&app), now()).await;
        let mail = last(&server, "lea@example.org").text();
        assert!(
            mail.contains("Un compte vous a \u{e9}t\u{e9} ouvert") && mail.contains("/organise?lang=fr"),
            "{mail}"
        );

        let list = browser.get("/organise/accounts").await.body;
        for part in [
            "lea@example.org",
            "asha@example.org",
            "Atelier",
            "Derni\u{e8}re connexion",
            "Aucune connexion connue",
            "G\u{e8}re cette",
        ] {
            assert!(list.contains(part), "{part}: {list}");
        }
        let of = |email: &str| app.store.secret().email_h(&EmailAddress::parse(email).unwrap());
        let lea = app.store.account(&of("lea@example.org")).await.unwrap().unwrap();
        let asked = browser.get(&format!("/organise/accounts?remove={}", lea.id)).await.body;
        assert!(asked.contains("lea@example.org") && !asked.contains("votre propre compte"), "{asked}");
        assert!(app.store.account(&of("lea@example.org")).await.unwrap().is_some());
        let gone = format!("action=remove&account={}", lea.id);
        assert!(browser.submit("/organise/accounts", &gone).await.body.contains("C\u{2019}est fait"));
        assert!(app.store.account(&of("lea@example.org")).await.unwrap().is_none());
        assert!(
            browser
                .submit("/organise/accounts", &gone)
                .await
                .body
                .contains("rien n\u{2019}a \u{e9}t\u{e9} fait")
        );

        // Not the last who runs it; of two, one may go.
        let own = app.store.account(&of("operatrice@example.org")).await.unwrap().unwrap();
        let asked = browser.get(&format!("/organise/accounts?remove={}", own.id)).await.body;
        assert!(asked.contains("votre propre compte"), "{asked}");
        let own = format!("action=remove&account={}", own.id);
        assert!(browser.submit("/organise/accounts", &own).await.body.contains("dernier compte"));
        let other = account(&app, "autre@example.org", true).await;
        let trail = browser.get("/organise/trail").await.body;
        assert_eq!(trail.matches("Compte supprim\u{e9}").count(), 1, "{trail}");
        let gone = format!("action=remove&account={}", other.id);
        assert!(browser.submit("/organise/accounts", &gone).await.body.contains("C\u{2019}est fait"));
        assert!(browser.submit("/organise/accounts", &own).await.body.contains("dernier compte"));
    }
}

//! Who organises, who helps, and inviting others.

use alentour_model::EmailAddress;
use alentour_server::store::{Deed, Invitation, Invited, Role, RoleChange, TABLES, TrailEntry, Value};
use serde_json::json;

use super::people::{announced, on_each, organiser};
use super::{Browser, account, operating, signed_in};
use crate::app::App;
use crate::outbox::{now, outbox, round};

const PAGE: &str = "/organise/i/atelier/team";

/// The name of somebody of the team, by how it is shown.
async fn member(app: &App, shown: &str) -> String {
    let team = app.store.team("atelier").await.unwrap();
    team.into_iter().find(|one| one.shown() == shown).unwrap().name
}

async fn shown(app: &App) -> Vec<(String, Role)> {
    let team = app.store.team("atelier").await.unwrap();
    let mut all: Vec<_> = team.iter().map(|one| (one.shown().to_owned(), one.role)).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_gets_a_mail_without_a_secret_and_signs_in() {
    for (app, server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        let done = asha.submit(PAGE, "action=invite&role=helper&email=aide%40example.org").await;
        assert!(done.body.contains("invitation part par e-mail"), "{}", done.body);
        assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
        let mail = server.to("aide@example.org").pop().unwrap();
        assert_eq!(mail.parsed().subject(), Some("Une invitation\u{a0}: Atelier"));
        assert!(mail.text().contains("https://agir.example.org/organise?lang=fr"), "{}", mail.text());
        assert!(!mail.text().contains("/organise/in/") && !mail.text().contains("asha"), "{}", mail.text());
        let mut helper = Browser::new(&app);
        helper.enter(&app, &account(&app, "aide@example.org", false).await).await;
        assert_eq!(helper.get("/organise/i/atelier/people").await.status, 200);
        assert_eq!(helper.get(PAGE).await.status, 404);
        let again = asha.submit(PAGE, "action=invite&role=organiser&email=Aide%40example.org").await.body;
        assert!(again.contains("d\u{e9}j\u{e0} dans l\u{2019}\u{e9}quipe"), "{again}");
        assert_eq!(shown(&app).await[0], ("aide@example.org".to_owned(), Role::Helper));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_by_inviting_whether_an_address_had_an_account_nor_what_it_is_called() {
    for (app, server) in on_each(&announced()).await {
        let known = EmailAddress::parse("mina@example.org").unwrap();
        let entry = TrailEntry::by_hand("", Deed::Account, json!({}), now());
        let mina = app.store.keep_account(&known, "Mina Secr\u{e8}te", "en", true, &entry).await.unwrap();
        let mut asha = organiser(&app).await;
        let mut answers = Vec::new();
        for typed in ["Mina@example.org", "Nina@example.org"] {
            let fields = format!("action=invite&role=organiser&email={}", typed.replace('@', "%40"));
            let body = asha.submit(PAGE, &fields).await.body;
            assert!(body.contains(typed), "{body}");
            let name = member(&app, typed).await;
            answers.push(body.replace(&name, "").replace(typed, ""));
            // What the next one sees is the same again, and so is what names them, and what the trail has of them.
            let removed = format!("action=change&role=none&member={name}");
            asha.submit(PAGE, &removed).await;
            asha.submit(PAGE, &fields).await;
            assert_eq!(member(&app, typed).await, name);
            let trail = asha.get("/organise/i/atelier/trail").await.body;
            assert_eq!(trail.matches(typed).count(), 3, "{trail}");
            asha.submit(PAGE, &removed).await;
        }
        // What is the same but for the address has as many lines of the same kind.
        assert_eq!(answers[0], answers[1]);
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert!(!trail.contains("Secr\u{e8}te") && !trail.contains("mina@"), "{trail}");
        // The account that was there is as it was; the other one, which nobody used, is gone, and its mail with it.
        let kept = app.store.account(&mina.account_h).await.unwrap().unwrap();
        assert!(kept.is_operator && kept.language == "en" && kept.holder.name == "Mina Secr\u{e8}te");
        let nina = app.store.secret().email_h(&EmailAddress::parse("nina@example.org").unwrap());
        assert!(app.store.account(&nina).await.unwrap().is_none());
        round(&outbox(&app), now()).await;
        assert!(server.taken().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_always_organises_unless_whoever_runs_the_installation_says_otherwise() {
    for (app, _server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        let own = member(&app, "asha@example.org").await;
        for role in ["none", "helper"] {
            let refused = asha.submit(PAGE, &format!("action=change&role={role}&member={own}")).await.body;
            assert!(refused.contains("Il faut que quelqu\u{2019}un organise"), "{refused}");
        }
        asha.submit(PAGE, "action=invite&role=helper&email=aide%40example.org").await;
        let aide = member(&app, "aide@example.org").await;
        asha.submit(PAGE, &format!("action=change&role=organiser&member={aide}")).await;
        let left = asha.submit(PAGE, &format!("action=change&role=none&member={own}")).await;
        assert_eq!((left.status, left.location.as_str()), (303, "/organise?lang=fr"));
        assert_eq!(asha.get(PAGE).await.status, 404);
        assert_eq!(shown(&app).await, [("aide@example.org".to_owned(), Role::Organiser)]);
        operating(&app).await.submit(PAGE, &format!("action=change&role=none&member={aide}")).await;
        assert_eq!(shown(&app).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_organisers_who_remove_each_other_at_once_one_stays() {
    for (app, _server) in on_each(&announced()).await {
        signed_in(&app, "asha@example.org", "atelier", Some(Role::Organiser)).await;
        signed_in(&app, "bela@example.org", "atelier", Some(Role::Organiser)).await;
        let (asha, bela) = (member(&app, "asha@example.org").await, member(&app, "bela@example.org").await);
        let remove = |whom: &str| {
            let (store, whom) = (app.store.clone(), whom.to_owned());
            let entry = TrailEntry::by_hand("atelier", Deed::Role, json!({}), now());
            tokio::spawn(async move {
                store.change_role(&whom, "atelier", None, true, true, &entry).await.unwrap()
            })
        };
        let (first, second) = (remove(&asha), remove(&bela));
        let mut done = [first.await.unwrap(), second.await.unwrap()].to_vec();
        done.sort_by_key(|change| *change == RoleChange::Last);
        assert_eq!(done, [RoleChange::Now, RoleChange::Last]);
        assert_eq!(shown(&app).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_elsewhere_costs_nobody_the_account_that_an_operator_made() {
    for (app, _server) in on_each(&announced()).await {
        let lea = account(&app, "lea@example.org", false).await;
        let mut asha = organiser(&app).await;
        for invited in ["lea@example.org", "nina@example.org"] {
            asha.submit(PAGE, &format!("action=invite&role=helper&email={invited}")).await;
            // Whom an operator makes an account for by hand meanwhile keeps that, too.
            if invited.starts_with("nina") {
                account(&app, invited, false).await;
            }
            let name = member(&app, invited).await;
            asha.submit(PAGE, &format!("action=change&role=none&member={name}")).await;
        }
        assert!(app.store.account(&lea.account_h).await.unwrap().is_some());
        let nina = app.store.secret().email_h(&EmailAddress::parse("nina@example.org").unwrap());
        assert!(app.store.account(&nina).await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_from_a_team_is_told_and_whoever_leaves_is_not() {
    for (app, server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        asha.submit(PAGE, "action=invite&role=helper&email=aide%40example.org").await;
        round(&outbox(&app), now()).await;
        let aide = member(&app, "aide@example.org").await;
        asha.submit(PAGE, &format!("action=change&role=none&member={aide}")).await;
        // The account is there until it is told, though nobody has ever used it.
        let account_h = app.store.secret().email_h(&EmailAddress::parse("aide@example.org").unwrap());
        app.store.purge_organising(now(), 0).await.unwrap();
        assert!(app.store.account(&account_h).await.unwrap().is_some());
        round(&outbox(&app), now()).await;
        let mail = server.to("aide@example.org").pop().unwrap();
        assert_eq!(
            mail.parsed().subject(),
            Some("Vous n\u{2019}\u{ea}tes plus dans l\u{2019}\u{e9}quipe\u{a0}: Atelier")
        );
        assert!(!mail.text().contains("asha"), "{}", mail.text());
        app.store.purge_organising(now(), 0).await.unwrap();
        assert!(app.store.account(&account_h).await.unwrap().is_none());

        // Whoever leaves knows it.
        let mut bela = signed_in(&app, "bela@example.org", "atelier", Some(Role::Organiser)).await;
        let own = member(&app, "bela@example.org").await;
        assert_eq!(bela.submit(PAGE, &format!("action=change&role=none&member={own}")).await.status, 303);
        round(&outbox(&app), now()).await;
        assert!(server.to("bela@example.org").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_invites_twenty_a_day_and_one_team_is_joined_by_twenty() {
    for (app, _server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        for at in 0..20 {
            let body =
                asha.submit(PAGE, &format!("action=invite&role=helper&email=a{at}%40example.org")).await.body;
            assert!(body.contains("invitation part par e-mail"), "{at}: {body}");
        }
        let refused = asha.submit(PAGE, "action=invite&role=helper&email=b%40example.org").await.body;
        assert!(refused.contains("Beaucoup d\u{2019}invitations"), "{refused}");
        // Nor does somebody else of the same team go on.
        let mut bela = signed_in(&app, "bela@example.org", "atelier", Some(Role::Organiser)).await;
        let refused = bela.submit(PAGE, "action=invite&role=helper&email=b%40example.org").await.body;
        assert!(refused.contains("Beaucoup d\u{2019}invitations"), "{refused}");
        assert_eq!(shown(&app).await.len(), 22);
        // A day later there are as many again.
        let mut entry = TrailEntry::by_hand("atelier", Deed::Invited, json!({}), now() + 86_401);
        entry.account = account(&app, "asha@example.org", false).await.id;
        let email = EmailAddress::parse("b@example.org").unwrap();
        let invitation =
            Invitation { email: &email, language: "fr", initiative: "atelier", role: Role::Helper };
        assert_eq!(app.store.invite(invitation, 20, &entry).await.unwrap(), Invited::Now);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_comes_back() {
    let [(app, _server), _] = on_each(&announced()).await;
    let mut asha = organiser(&app).await;
    let wrong = asha.submit(PAGE, "action=invite&role=helper&email=%22%3E%3Cb%3E").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("&quot;&gt;&lt;b&gt;") && !wrong.body.contains("<b>"), "{}", wrong.body);
    assert_eq!(asha.submit(PAGE, "action=invite&role=none&email=a%40example.org").await.status, 400);
    assert_eq!(shown(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_invite_the_same_person_at_once_both_do() {
    for (app, _server) in on_each(&announced()).await {
        let (one, other) =
            (account(&app, "a@example.org", false).await, account(&app, "b@example.org", false).await);
        for round in 0..10 {
            let email = EmailAddress::parse(&format!("n{round}@example.org")).unwrap();
            let invite = |account: &str, initiative: &str| {
                let (store, email, initiative) = (app.store.clone(), email.clone(), initiative.to_owned());
                let detail = json!({});
                let (account, action, at) = (account.to_owned(), Deed::Invited, now());
                let entry = TrailEntry { account, initiative: initiative.clone(), action, detail, at };
                tokio::spawn(async move {
                    let (language, role) = ("fr", Role::Helper);
                    let invitation = Invitation { email: &email, language, initiative: &initiative, role };
                    store.invite(invitation, 999, &entry).await.unwrap()
                })
            };
            let pressed = [
                invite(&one.id, "atelier"),
                invite(&other.id, "petition"),
                invite(&other.id, "atelier"),
                invite(&one.id, "petition"),
            ];
            let mut done = Vec::new();
            for one in pressed {
                done.push(one.await.unwrap());
            }
            assert_eq!(done.iter().filter(|one| **one == Invited::Now).count(), 2, "{done:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_opens_the_accounts_that_it_names_and_no_others() {
    for (app, _server) in on_each(&announced()).await {
        let accounts = TABLES.iter().find(|table| table.name == "accounts").unwrap();
        // One that nobody can open.
        let sealed = Value::Bytes(Some(vec![0; 64]));
        let h = Value::from(&[7; 32]);
        app.store
            .restore(
                accounts,
                vec![vec![
                    h,
                    "x".into(),
                    sealed,
                    "fr".into(),
                    false.into(),
                    1.into(),
                    false.into(),
                    true.into(),
                    1.into(),
                    1.into(),
                ]],
            )
            .await
            .unwrap();
        let mut browser = operating(&app).await;
        let trail = browser.get("/organise/trail").await;
        assert!(trail.status == 200 && trail.body.contains("operatrice@example.org"), "{}", trail.body);
    }
}

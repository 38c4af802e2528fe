//! Where participants meet, said on a page.

use super::people::{announced, comes, on_each, organiser};
use crate::outbox::{now, outbox, round};
use crate::waiting_list::last;

const PAGE: &str = "/organise/i/atelier/venue";

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_said_to_whoever_has_a_seat_and_the_page_counts_their_mails_before_and_after() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        let mut asha = organiser(&app).await;
        let before = asha.get(&format!("{PAGE}?session=samedi")).await.body;
        assert!(before.contains("un e-mail partira") && before.contains("samedi 2 mai"), "{before}");
        assert!(asha.get(&format!("{PAGE}?session=dimanche")).await.body.contains("aucun e-mail ne partira"));
        let typed = "action=set&session=samedi&text=3+rue+Discr%C3%A8te%0D%0A%3Cb%3E&link=";
        let done = asha.submit(PAGE, typed).await.body;
        assert!(done.contains("Un e-mail part."), "{done}");
        assert!(done.contains("3 rue Discr\u{e8}te, &lt;b&gt;"), "{done}");
        round(&outbox(&app), now()).await;
        assert!(last(&server, "zoe@example.org").text().contains("3 rue Discr\u{e8}te"));
        assert!(!last(&server, "max@example.org").text().contains("rue Discr"));
        // The same again tells nobody twice.
        assert!(asha.submit(PAGE, typed).await.body.contains("Aucun e-mail ne part"));
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert_eq!(trail.matches("Lieu pour les participants modifi").count(), 1, "{trail}");
        assert!(trail.contains("samedi 2 mai") && !trail.contains("Discr"), "{trail}");

        let cleared = asha.submit(PAGE, "action=clear&session=samedi").await.body;
        assert!(cleared.contains("plus indiqu\u{e9}") && !cleared.contains("Discr"), "{cleared}");
        let again = asha.submit(PAGE, "action=clear&session=samedi").await.body;
        assert!(again.contains("rien n\u{2019}a \u{e9}t\u{e9} fait"), "{again}");
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert_eq!(trail.matches("Lieu pour les participants modifi").count(), 2, "{trail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_place_comes_back_as_it_was_typed_and_nobody_is_told() {
    let [(app, server), _] = on_each(&announced()).await;
    comes(&app, &server, "Zo\u{e9}", 'a').await;
    let mut asha = organiser(&app).await;
    let wrong = asha.submit(PAGE, "action=set&text=Chez+moi&link=javascript%3Aalert(1)").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("Chez moi</textarea>") && wrong.body.contains("500 caract"),
        "{}",
        wrong.body
    );
    assert_eq!(asha.submit(PAGE, "action=set&session=lundi&text=Ici").await.status, 404);
    assert!(app.store.venues("atelier").await.unwrap().is_empty());
    let trail = asha.get("/organise/i/atelier/trail").await.body;
    assert!(!trail.contains("Lieu pour les participants"), "{trail}");
}

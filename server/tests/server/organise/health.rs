//! How the installation is, in the pages of whoever runs it.

use std::net::SocketAddr;
use std::sync::Arc;

use alentour_server::installation::Installation;
use alentour_server::store::Store;
use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use tokio::net::UdpSocket;

use super::{Browser, account};
use crate::app::{App, feed, form, key, serve};
use crate::stores::both;

both! { how_the_database_and_the_queue_are_is_said }

/// A DNS server that has these texts, and nothing else.
async fn dns(texts: &'static [(&'static str, &'static str)]) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut bytes = [0; 1500];
        loop {
            let (length, from) = socket.recv_from(&mut bytes).await.unwrap();
            let asked = Message::from_vec(&bytes[..length]).unwrap();
            let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
            answer.metadata.message_type = MessageType::Response;
            answer.metadata.recursion_available = true;
            let query = asked.queries[0].clone();
            let name = query.name().to_utf8();
            answer.add_query(query.clone());
            for (_, text) in texts.iter().filter(|(at, _)| format!("{at}.") == name) {
                assert_eq!(query.query_type(), RecordType::TXT);
                // In two strings, as long keys are.
                let (one, two) = text.split_at(text.len() / 2);
                let data = RData::TXT(TXT::new(vec![one.to_owned(), two.to_owned()]));
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
            if answer.answers.is_empty() {
                answer.metadata.response_code = ResponseCode::NXDomain;
            }
            socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
        }
    });
    address
}

/// The page of a server that asks that one for names, and mails as that domain.
async fn page(resolver: SocketAddr, mail: &str) -> String {
    let settings = format!(
        "public-url = \"https://agir.example.org\"\n[mail]\nsmtp = \"smtp://127.0.0.1:1\"\nfrom = \"Agir <bonjour@agir.example.org>\"\n{mail}"
    );
    let app = App::start_settled(&settings).await;
    let mut state = app.state.clone();
    state.installation = Arc::new(Installation { resolver: Some(resolver), ..Installation::default() });
    let app = App { address: serve(state).await, ..app };
    let operator = account(&app, "operatrice@example.org", true).await;
    let mut browser = Browser::new(&app);
    browser.enter(&app, &operator).await;
    browser.get("/organise/health").await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dns_says_of_the_sender_is_said_with_what_to_add() {
    let server = dns(&[
        ("agir.example.org", "some=other"),
        ("agir.example.org", "v=spf1 include:<b>.example.org -all"),
        ("lettre._domainkey.agir.example.org", "v=DKIM1; k=rsa; p="),
    ])
    .await;
    let page = page(server, "dkim-selector = \"lettre\"").await;
    for part in [
        "v=spf1 include:&lt;b&gt;.example.org -all",
        "La clé est vide",
        "lettre._domainkey.agir.example.org",
        "_dmarc.agir.example.org",
        "p=quarantine",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("class=\"warning-line\"").count(), 3, "an old back-up, DKIM and DMARC: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_dns_answers_that_is_what_is_said() {
    // Nobody reads there.
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let page = page(silent.local_addr().unwrap(), "").await;
    assert_eq!(page.matches("Aucune réponse").count(), 2, "{page}");
    assert!(page.contains("sélecteur") && !page.contains("p=quarantine"), "{page}");
}

async fn how_the_database_and_the_queue_are_is_said(store: Arc<dyn Store>) {
    let is_shared = store.measures().await.unwrap().machines.is_some();
    let app = App::start_storing(store, tempfile::tempdir().unwrap(), feed(), "").await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    let measures = app.store.measures().await.unwrap();
    assert!(measures.bytes > 10_000 && measures.tables.contains(&("signups", 1)), "{measures:?}");
    let mut browser = super::operating(&app).await;
    let page = browser.get("/organise/health").await.body;
    let kind = if is_shared { "PostgreSQL" } else { "SQLite" };
    for part in [kind, "aucune connue", "0 message attend", "Aucun e-mail", env!("CARGO_PKG_VERSION")] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("zoe@"));
}

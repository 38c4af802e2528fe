//! What `cargo xtask bench roster` looks at: participants of one initiative, and an operator who is signed in.
//!
//!     fill_roster DATABASE INITIATIVE SESSION COUNT
//!
//! The secret is `ALENTOUR_SECRET`. Prints the cookie.

use std::error::Error;

use alentour_model::EmailAddress;
use alentour_server::store::{
    self, ConsentReceipt, Deed, Location, NewSignUp, Person, Secret, SecretSource, TrailEntry, WantedSession,
};

/// Forms that are kept at once.
const BATCH: usize = 250;
const GIVEN: [&str; 8] =
    ["Anne", "Bilal", "Chlo\u{e9}", "Driss", "Elif", "Fatou", "Ga\u{eb}l", "H\u{e9}lo\u{ef}se"];
const FAMILY: [&str; 7] = ["Essai", "Mod\u{e8}le", "Exemple", "Mesure", "Patron", "Figure", "Sp\u{e9}cimen"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, initiative, session, count] = &arguments[..] else {
        return Err("fill_roster DATABASE INITIATIVE SESSION COUNT".into());
    };
    let count: usize = count.parse()?;
    let location: Location = address.parse()?;
    let secret = SecretSource::Given(Secret::new(std::env::var("ALENTOUR_SECRET")?));
    let store = store::open(&location, &secret).await?;
    let now = jiff::Timestamp::now().as_second();
    let form = |number: usize| -> Option<NewSignUp> {
        let (given, family) = (GIVEN[number % GIVEN.len()], FAMILY[number % FAMILY.len()]);
        let email = format!("p{number}@example.org");
        let email_h = store.secret().email_h(&EmailAddress::parse(&email)?);
        let person = Person {
            given_name: given.into(),
            family_name: format!("{family} {number}"),
            email,
            message: Some("J\u{2019}apporte ce qu\u{2019}il faut.".into()),
            ..Person::default()
        };
        Some(NewSignUp {
            email_h,
            request_h: email_h,
            key: format!("fill-{number}"),
            initiative: initiative.clone(),
            participant_h: person.participant_h(store.secret(), &email_h),
            sessions: vec![WantedSession {
                id: session.clone(),
                seats: None,
                starts_at: now + 86_400,
                may_wait: false,
                hold_until: now,
            }],
            request: None,
            party: 1,
            is_attempt: false,
            person,
            language: "fr".into(),
            receipts: vec![ConsentReceipt {
                consent: "contact".into(),
                version: "1".into(),
                text: "J\u{2019}accepte.".into(),
                purpose: "contact".into(),
                used_for: None,
                language: "fr".into(),
                given: true,
            }],
            proof: None,
            messages: Vec::new(),
            at: now,
            expires_at: now + 86_400 * 90,
            keep_until: now + 86_400 * 90,
        })
    };
    for start in (0..count).step_by(BATCH) {
        let forms: Vec<_> = (start..count.min(start + BATCH)).filter_map(form).collect();
        for kept in store.keep(&forms).await {
            kept?;
        }
    }
    let entry = TrailEntry::by_hand("", Deed::Account, serde_json::json!({}), now);
    let email = EmailAddress::parse("operatrice@example.org").ok_or("no address")?;
    let account = store.keep_account(&email, "", "fr", true, &entry).await?;
    let token = store::random_token().map_err(|error| format!("{error:?}"))?;
    let cookie = store.secret().digest("organiser's cookie", token.as_bytes());
    store.create_sign_in_link(&cookie, &account.account_h, now + 900).await?;
    store.sign_in(&cookie, &cookie, "", now, now + 86_400).await?;
    store.close().await;
    println!("__Host-alentour={token}");
    Ok(())
}

//! A stranger signs somebody up with false data: before that person does it themselves, and after. Neither displaces the other; the
//! person sees both behind the link that was mailed, and confirms their own.

use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::mailbox::Mailbox;
use super::server::{Folder, Place, SETTINGS, Server, agent, export, free_port};
use super::visitors::post;

/// What the stranger types, in no other text of the trial.
const FALSE_NAME: &str = "Imposteur-Faux";
/// What the person types.
const TRUE_NAME: &str = "Mbarek-Vraie";

/// Forges a form in each order, and follows the mailed link.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let mailbox = Mailbox::start()?;
    let folder = Folder::new(&SETTINGS.replace("smtp://127.0.0.1:1", &mailbox.address))?;
    folder.put_feed(&feed())?;
    let database = folder.database(&Place::Sqlite);
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    for (email, forms) in [
        ("first@example.org", [(FALSE_NAME, true), (TRUE_NAME, false)]),
        ("second@example.org", [(TRUE_NAME, false), (FALSE_NAME, true)]),
    ] {
        for (number, (name, newsletter)) in forms.into_iter().enumerate() {
            let answer = post(
                &agent(),
                &server.address,
                &format!("{email}-{number}-0123456789"),
                &form(email, name, newsletter),
            );
            ensure!(answer.0 == 201, "{email}, form {number}: {answer:?}");
        }
        confirms_the_true_one(&server, &mailbox, email).with_context(|| email.to_owned())?;
        let stored = export(binary, &database, "petition")?;
        let stored: Vec<_> = stored.iter().filter(|row| row["email"] == email).collect();
        let [row] = &stored[..] else { anyhow::bail!("{email}: {} rows are exported", stored.len()) };
        ensure!(row["familyName"] == TRUE_NAME && row["confirmedAt"].is_string(), "{email}: {row}");
        let consents: Vec<_> = row["consents"].as_array().into_iter().flatten().map(|it| &it["id"]).collect();
        ensure!(consents == ["contact"], "{email}: the stranger’s consents are kept: {row}");
    }
    Ok("a forged form before the person’s own, and after it: both stand behind the mailed link, none preselected; the true one was \
        confirmed, the forged one is gone with its consents; no mail says what was typed"
        .into())
}

fn confirms_the_true_one(server: &Server, mailbox: &Mailbox, email: &str) -> anyhow::Result<()> {
    let (_, token) = mailbox.token(email)?;
    let address = format!("{}/confirm/{token}", server.address);
    let page = agent().get(&address).call()?.body_mut().read_to_string()?;
    let cards: Vec<_> = page.split("<section").skip(1).collect();
    let with = |name: &str| {
        let cards: Vec<_> = cards.iter().filter(|card| card.contains(name)).collect();
        ensure!(cards.len() == 1, "{name} stands {} times behind the link: {page}", cards.len());
        id(cards[0]).with_context(|| format!("{name} has no button: {page}"))
    };
    let (forged, own) = (with(FALSE_NAME)?, with(TRUE_NAME)?);
    ensure!(forged != own, "one button for both: {page}");
    ensure!(!page.contains(" checked") && !page.contains(" selected"), "something is preselected: {page}");
    let answer = press(&address, &format!("id={own}"))?;
    ensure!(answer.0 == 200, "the button: {answer:?}");
    // The forged one cannot be confirmed afterwards.
    let after = agent().get(&address).call()?.body_mut().read_to_string()?;
    ensure!(!after.contains(FALSE_NAME), "the forged form is still there: {after}");
    press(&address, &format!("id={forged}"))?;
    for mail in mailbox.to(email) {
        for typed in [FALSE_NAME, TRUE_NAME] {
            ensure!(!mail.text.contains(typed), "a mail says what was typed: {}", mail.text);
        }
    }
    Ok(())
}

/// The id that a card's button sends.
pub fn id(card: &str) -> Option<String> {
    let (_, after) = card.split_once("name=\"id\" value=\"")?;
    Some(after.split_once('"')?.0.to_owned())
}

/// Presses a button of a page, as a browser sends it.
pub fn press(address: &str, fields: &str) -> anyhow::Result<(u16, String)> {
    let request = agent().post(address).header("content-type", "application/x-www-form-urlencoded");
    let mut answer = request.header("sec-fetch-site", "same-origin").send(fields)?;
    Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
}

/// A petition with a newsletter that nobody has to take.
fn feed() -> Value {
    json!({ "alentour": "1", "name": "Épreuves", "inLanguage": "fr", "initiatives": [{
        "id": "petition", "name": "Pétition", "kind": "group",
        "participation": { "way": "rsvp", "consents": [
            { "id": "contact", "version": "1", "text": "J’accepte d’être contacté·e.", "required": true },
            { "id": "lettre", "version": "1", "text": "Je veux la lettre." },
        ] },
    }] })
}

fn form(email: &str, family_name: &str, newsletter: bool) -> Value {
    let mut consents =
        vec![json!({ "id": "contact", "version": "1", "text": "J’accepte d’être contacté·e." })];
    if newsletter {
        consents.push(json!({ "id": "lettre", "version": "1", "text": "Je veux la lettre." }));
    }
    json!({
        "initiative": "petition", "partySize": 1, "givenName": "Zoé", "familyName": family_name, "email": email, "language": "fr",
        "consents": consents,
    })
}

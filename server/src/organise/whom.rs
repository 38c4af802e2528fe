//! Whom one writes to, in words.

use super::page::OrganisePage;
use crate::store::Audience;

/// An audience in words.
pub fn whom(page: &OrganisePage, id: &str, audience: &Audience) -> String {
    let texts = page.texts;
    let standing = match audience {
        Audience::All | Audience::Hiding => return texts.write_all.to_owned(),
        Audience::Seated(_) => texts.seated,
        Audience::Waiting(_) => texts.waits,
    };
    let date = page.date(id, audience.session());
    format!("{date} – {standing}")
}

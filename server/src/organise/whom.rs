//! Whom one writes to, in words.

use super::page::OrganisePage;
use crate::store::Audience;
use crate::wording;

/// An audience in words.
pub fn whom(page: &OrganisePage, id: &str, audience: &Audience) -> String {
    let texts = page.texts;
    let standing = match audience {
        Audience::All => return texts.write_all.to_owned(),
        Audience::Seated(_) => texts.seated,
        Audience::Waiting(_) => texts.waits,
    };
    let found = page.state().feeds.initiative(id).ok();
    let date = found.as_deref().and_then(|it| it.session(audience.session()));
    let date = date
        .map_or_else(|| audience.session().to_owned(), |session| wording::session(page.language(), session));
    format!("{date} – {standing}")
}

//! `/organise/i/{id}/again`: a draft of what another one says, but for what is of its time.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;
use serde_json::Value;

use super::draft::{Press, button, make};
use super::page::OrganisePage;
use crate::http::Error;
use crate::state::AppState;

/// What an initiative says of its own time: when it is, what came of it, and who it is.
const OF_ITS_TIME: [&str; 7] =
    ["id", "sessions", "cancelledSessions", "startDate", "endDate", "status", "impact"];
/// The same of taking part in it.
const OF_TAKING_PART: [&str; 1] = ["closes"];
/// The same of a petition: who has signed it, what has happened, and what was decided.
const OF_A_PETITION: [&str; 5] = ["signatures", "asOf", "includesSignUps", "updates", "outcome"];

/// `GET`: asks.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let texts = page.texts;
    let is_own = state.store.own_initiative(&id).await?.is_some();
    let lead = if is_own { texts.again_lead } else { texts.again_of_feed };
    Ok(page.message(
        "asked",
        texts.again,
        lead,
        &html! {
            p { bdi { (page.title(&id)) } }
            @if is_own { (button(&page, &page.of(&id, "/again"), texts.again)) }
            (page.to_action(&id))
        },
    ))
}

/// `POST`: makes the draft.
pub async fn begin(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let own = state.store.own_initiative(&id).await?.ok_or(Error::Malformed("id"))?;
    let said: Value =
        serde_json::from_str(&own.content.json).map_err(|why| Error::Unavailable(why.to_string()))?;
    make(&page, &lasting(said), &own.content.language, &press.key).await
}

/// What an initiative says at any time.
fn lasting(mut said: Value) -> Value {
    let mut forget = |path: &str, names: &[&str]| {
        if let Some(within) = said.pointer_mut(path).and_then(Value::as_object_mut) {
            names.iter().for_each(|name| drop(within.remove(*name)));
        }
    };
    forget("", &OF_ITS_TIME);
    forget("/participation", &OF_TAKING_PART);
    forget("/petition", &OF_A_PETITION);
    said
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Map, json};

    use super::*;

    /// What is said anew of an initiative, of taking part, and of a petition, whenever it is done again.
    const LASTING: [(&str, &str); 3] = [
        (
            "Initiative",
            "accessibility accessibilitySummary causes description donationUrl inLanguage keywords kind letter location name \
             organizer participation partners petition prerequisites reach sensitive shareTexts summary timeZone url",
        ),
        (
            "Participation",
            "consents guests message minimumAge needs partySize postalCode questions series telephone venue way",
        ),
        ("Petition", "addressedTo target"),
    ];

    #[test]
    fn it_is_decided_of_each_field_of_the_format_whether_it_is_done_again() {
        let schema: Value = serde_json::from_str(include_str!("../../../docs/feed.schema.json")).unwrap();
        let fields = |of: &str| {
            let all = schema["$defs"][of]["properties"].as_object().unwrap();
            Map::from_iter(all.keys().map(|name| (name.clone(), json!(1))))
        };
        let mut all = fields("Initiative");
        all["participation"] = fields("Participation").into();
        all["petition"] = fields("Petition").into();
        let again = lasting(all.into());
        for (of, path) in [("Initiative", ""), ("Participation", "/participation"), ("Petition", "/petition")]
        {
            let kept: BTreeSet<_> =
                again.pointer(path).unwrap().as_object().unwrap().keys().cloned().collect();
            let wanted = LASTING.iter().find(|(name, _)| *name == of).unwrap().1;
            let wanted: BTreeSet<_> = wanted.split_whitespace().map(str::to_owned).collect();
            assert_eq!(kept, wanted, "{of}: is a new field of its time?");
        }
    }
}

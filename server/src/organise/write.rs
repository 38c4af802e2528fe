//! `/organise/i/{id}/write`: writing to many who take part. One types, sees the mail as it will be and how many will get it, and sends it; the
//! server keeps nothing of it until then.

use alentour_texts::fill;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::encoded;
use super::offered::DATES;
use super::page::OrganisePage;
use super::sign_in::header;
use super::whom::whom;
use super::{now, written};
use crate::http::Error;
use crate::outbox::broadcast::preview;
use crate::state::AppState;
use crate::store::{
    Acceptance, Audience, Deed, LONGEST_SUBJECT, LONGEST_TEXT, OF_ACCOUNT, OF_INITIATIVE, Room, Tally,
    Unwritable, Writing, random_id,
};

/// What is asked for.
#[derive(Deserialize)]
pub struct Asked {
    /// Whom it is to, as [`Draft::to`] says it.
    #[serde(default)]
    to: String,
    /// What was sent, by its id: then the page says how far it is.
    #[serde(default)]
    sent: String,
}

/// What a form says.
#[derive(Default, Deserialize)]
pub struct Draft {
    #[serde(default)]
    action: String,
    /// `all`, or `seated` or `waiting`, a colon, and a session.
    #[serde(default)]
    to: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    text: String,
    /// Names what is sent, so that a double press sends it once.
    #[serde(default)]
    key: String,
}

impl Draft {
    fn audience(&self) -> Option<Audience> {
        let (word, session) = self.to.split_once(':').unwrap_or((&self.to, ""));
        // What is hidden is told of where it is hidden.
        Audience::parse(word, session).filter(|audience| *audience != Audience::Hiding)
    }
}

/// As a form says it.
pub fn value(audience: &Audience) -> String {
    match audience.session() {
        "" => audience.as_str().to_owned(),
        session => format!("{}:{session}", audience.as_str()),
    }
}

/// `GET`.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    if !asked.sent.is_empty() {
        return written::one(&page, &id, &asked.sent).await;
    }
    if state.settings.mail.is_none() {
        return Ok(page.message("asked", page.texts.write, page.texts.write_no_mail, &html! {}));
    }
    form(&page, &id, &Draft { to: asked.to, ..Draft::default() }, Unwritable::default()).await
}

/// `POST`: shows the preview, leads back from it, or sends.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(draft): Form<Draft>,
) -> Result<Response, Error> {
    let is_known = matches!(draft.action.as_str(), "preview" | "change" | "send");
    if !is_known || state.settings.mail.is_none() {
        return Err(Error::Malformed("action"));
    }
    let audience = draft.audience().ok_or(Error::Malformed("to"))?;
    if draft.action == "change" {
        return form(&page, &id, &draft, Unwritable::default()).await;
    }
    let who = page.who()?;
    let writing = match Writing::parse(&who.account.holder, &draft.subject, &draft.text) {
        Ok(writing) => writing,
        Err(wrong) => return form(&page, &id, &draft, wrong).await,
    };
    if draft.action == "preview" {
        return previewed(&page, &id, (&draft, &audience), &writing, None).await;
    }
    is_key(&draft.key)?;
    let entry = who.entry(&id, Deed::Written, json!({}));
    match state.store.accept_broadcast(&draft.key, &audience, &writing, &entry).await? {
        Acceptance::Now | Acceptance::Before => {
            let there = format!("{}&sent={}", page.of(&id, "/write"), draft.key);
            Ok((StatusCode::SEE_OTHER, [(LOCATION, header(&there)?)]).into_response())
        }
        Acceptance::Other => {
            previewed(&page, &id, (&draft, &audience), &writing, Some(page.texts.write_other)).await
        }
        Acceptance::TooMany(_) => form(&page, &id, &draft, Unwritable::default()).await,
    }
}

/// Whether it is one that a form was made with.
///
/// # Errors
/// Where it is none.
pub fn is_key(key: &str) -> Result<(), Error> {
    let is_one = key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit());
    is_one.then_some(()).ok_or(Error::Malformed("key"))
}

/// Where one types, and what was written before.
async fn form(page: &OrganisePage, id: &str, draft: &Draft, wrong: Unwritable) -> Result<Response, Error> {
    let (state, texts, who) = (page.state(), page.texts, page.who()?);
    let room = state.store.room(id, &who.account.id, now()).await?;
    let content = html! {
        h1 { (texts.write) }
        p.lead { (texts.write_lead) }
        @match room {
            Room::From(at) => {
                p.attention {
                    (fill(texts.write_full, &[("action", &OF_INITIATIVE.to_string()), ("account", &OF_ACCOUNT.to_string()), ("moment", &page.page.moment(at))]))
                }
                // What was typed is not lost: it can be looked at, copied, and sent once there is room again.
                @if !draft.subject.is_empty() || !draft.text.is_empty() { (fields(page, id, draft, wrong).await?) }
            },
            Room::Left(left) => {
                p.hint { (page.language().count(texts.write_room, left, &[])) }
                (fields(page, id, draft, wrong).await?)
            },
        }
        (written::list(page, id).await?)
    };
    let title = page.title(id);
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    let query = format!("to={}&", encoded(&draft.to));
    let mut response = page.render(&format!("{} – {title}", texts.write), &above, &query, &content);
    *response.status_mut() = match (room, wrong == Unwritable::default()) {
        (Room::From(_), _) if draft.action == "send" => StatusCode::TOO_MANY_REQUESTS,
        (_, false) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    Ok(response)
}

async fn fields(page: &OrganisePage, id: &str, draft: &Draft, wrong: Unwritable) -> Result<Markup, Error> {
    let (texts, who) = (page.texts, page.who()?);
    let tally = page.state().store.tally(id, now()).await?;
    let said = |text: &str, most: usize| fill(text, &[("most", &most.to_string())]);
    Ok(html! {
        form.card method="post" action=(page.of(id, "/write")) novalidate {
            (page.csrf())
            p {
                label for="to" { (texts.write_whom) }
                select id="to" name="to" {
                    @for audience in audiences(page, id, &tally, draft.audience()) {
                        @let value = value(&audience);
                        option value=(value) selected[value == draft.to] { (whom(page, id, &audience)) }
                    }
                }
            }
            p {
                label for="subject" { (texts.write_subject) }
                input id="subject" name="subject" dir="auto" required maxlength=(LONGEST_SUBJECT) value=(draft.subject)
                    aria-invalid=[wrong.subject.then_some("true")] aria-describedby=[wrong.subject.then_some("subject-wrong")] autofocus[wrong.subject];
            }
            @if wrong.subject { p.error id="subject-wrong" { (said(texts.write_subject_wrong, LONGEST_SUBJECT)) } }
            p {
                label for="text" { (texts.write_text) }
                // No length here: browsers count otherwise, and cut what is pasted without a word.
                textarea id="text" name="text" dir="auto" rows="10" required
                    aria-invalid=[wrong.text.then_some("true")] aria-describedby=[wrong.text.then_some("text-wrong")] autofocus[wrong.text && !wrong.subject] { "\n" (draft.text) }
            }
            @if wrong.text { p.error id="text-wrong" { (said(texts.write_text_wrong, LONGEST_TEXT)) } }
            p.hint { (fill(texts.write_replies, &[("address", &who.account.holder.email)])) }
            button name="action" value="preview" { (texts.write_preview) }
        }
    })
}

/// All, and of each of the dates that are nearest those who have a seat or wait for one, where there are any; what is asked for in any case.
fn audiences(page: &OrganisePage, id: &str, tally: &Tally, asked: Option<Audience>) -> Vec<Audience> {
    let found = page.state().feeds.even_hidden(id).ok();
    let start = |session: &str| Some(found.as_deref()?.session(session)?.start.moment.instant);
    let mut sessions: Vec<_> = tally.sessions.iter().collect();
    // What is next first, then what is over.
    let time = now();
    sessions.sort_by_key(|of| {
        let start = start(&of.session).unwrap_or(i64::MIN);
        (start < time, start.abs_diff(time))
    });
    let mut all = vec![Audience::All];
    for of in sessions.into_iter().take(DATES) {
        all.extend((of.seated > 0).then(|| Audience::Seated(of.session.clone())));
        all.extend((of.waiting > 0).then(|| Audience::Waiting(of.session.clone())));
    }
    all.extend(asked.filter(|asked| !all.contains(asked)));
    all
}

/// The mail as it will be, and how many will get it. `said` is why it was not sent.
async fn previewed(
    page: &OrganisePage,
    id: &str,
    (draft, audience): (&Draft, &Audience),
    writing: &Writing,
    said: Option<&str>,
) -> Result<Response, Error> {
    let (state, texts) = (page.state(), page.texts);
    let count = state.store.count_audience(id, audience, now()).await?;
    let found = state.feeds.even_hidden(id).ok();
    let found = (found.as_deref(), state.feeds.is_shown(id));
    let mail = preview(&state.settings, page.language(), found, writing);
    let mail = mail.ok_or(Error::Malformed("reply-to"))?;
    let key = random_id().map_err(|error| Error::Unavailable(format!("no randomness: {error:?}")))?;
    let hidden = [("to", &draft.to), ("subject", &writing.subject), ("text", &writing.text), ("key", &key)];
    let content = html! {
        h1 { (texts.write_preview) }
        @if let Some(said) = said { p.said.wrong role="status" { (said) } }
        @else { p.lead { (texts.write_preview_lead) } }
        section.card {
            dl {
                dt { (texts.write_whom) }
                dd { strong { (page.language().count(texts.write_count, count, &[])) } " · " bdi { (whom(page, id, audience)) } }
                dt { (texts.write_subject) } dd { bdi { (writing.subject) } }
            }
            div.letter dir="auto" { (mail) }
            p.hint { (fill(texts.write_replies, &[("address", &writing.reply_to)])) }
            @if count == 0 { p.attention { (texts.write_nobody) } }
            form.choices method="post" action=(page.of(id, "/write")) {
                (page.csrf())
                @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                @if count > 0 { button name="action" value="send" { (texts.write_send) } }
                button.quiet name="action" value="change" { (texts.write_change) }
            }
        }
    };
    let title = page.title(id);
    let above = [
        (texts.actions, page.link("")),
        (title.as_str(), page.of(id, "")),
        (texts.write, page.of(id, "/write")),
    ];
    let mut response = page.render(&format!("{} – {title}", texts.write_preview), &above, "", &content);
    if said.is_some() {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

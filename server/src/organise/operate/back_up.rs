//! `/organise/settings/back-up`: where back-ups go and how often, and one now.

use std::path::Path;

use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::fields::{Field, Wrong, field};
use super::settings::{Done, given, onward, settle, step};
use super::{ago, amiss, fact, texts};
use crate::back_ups;
use crate::http::Error;
use crate::organise::page::OrganisePage;
use crate::settings::{BackUp, Part};
use crate::store::{Deed, create_private};

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    action: String,
    folder: String,
    hours: String,
    keep: String,
}

impl Typed {
    fn of(page: &OrganisePage) -> Self {
        let said = page.state().settings.back_up.clone().unwrap_or_default();
        let folder = said.folder.display().to_string();
        Self { action: String::new(), folder, hours: said.hours.to_string(), keep: said.keep.to_string() }
    }

    fn read(&self, page: &OrganisePage) -> Result<BackUp, Wrong> {
        let texts = texts(page);
        let mut wrong = Wrong::new();
        let folder = Path::new(self.folder.trim());
        if folder.is_absolute() {
            if let Err(why) = try_out(folder) {
                wrong.push(("folder", format!("{} {why}", texts.back_up_folder_unwritable)));
            }
        } else {
            wrong.push(("folder", texts.back_up_folder_wrong.to_owned()));
        }
        let number = |text: &str, most: u32| text.trim().parse().ok().filter(|n| (1..=most).contains(n));
        let (hours, keep) = (number(&self.hours, 24 * 31), number(&self.keep, 1000));
        for (name, is_wrong) in [("hours", hours.is_none()), ("keep", keep.is_none())] {
            if is_wrong {
                wrong.push((name, texts.back_up_number_wrong.to_owned()));
            }
        }
        match (hours, keep) {
            (Some(hours), Some(keep)) if wrong.is_empty() => {
                Ok(BackUp { folder: folder.to_owned(), hours, keep })
            }
            _ => Err(wrong),
        }
    }
}

/// Makes the folder, and a file in it.
fn try_out(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join(".alentour-tries-to-write-here");
    let _ = std::fs::remove_file(&file);
    create_private(&file)?;
    std::fs::remove_file(&file)
}

/// `GET`.
pub async fn show(page: OrganisePage, Query(done): Query<Done>) -> Result<Response, Error> {
    render(&page, &Typed::of(&page), &Wrong::new(), &done.said(&page)).await
}

/// `POST`: settles it, makes one now, or makes none any more.
pub async fn act(page: OrganisePage, Form(typed): Form<Typed>) -> Result<Response, Error> {
    let here = Done::at(&page.link("/settings/back-up"));
    match typed.action.as_str() {
        "save" => match typed.read(&page) {
            Ok(said) => {
                let value = serde_json::to_value(&said).map_err(|_| Error::Malformed("back-up"))?;
                settle(&page, Part::BackUp, Some(value), &here).await
            }
            Err(wrong) => {
                let mut response = render(&page, &typed, &wrong, &html! {}).await?;
                *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(response)
            }
        },
        "clear" => settle(&page, Part::BackUp, None, &here).await,
        "now" => {
            let said = make(&page).await?;
            render(&page, &Typed::of(&page), &Wrong::new(), &said).await
        }
        _ => Err(Error::Malformed("action")),
    }
}

/// Makes one now, and says where it is.
async fn make(page: &OrganisePage) -> Result<Markup, Error> {
    let (texts, state) = (texts(page), page.state());
    let Some(wanted) = state.settings.back_up.clone() else { return Err(Error::Malformed("action")) };
    let entry = page.who()?.entry("", Deed::BackedUp, serde_json::json!({}));
    let store = state.store.clone();
    // In a task of its own: a page that is not waited for any more leaves no half of one.
    let made = tokio::spawn(async move {
        back_ups::make(store, &wanted, &entry).await.map(|(file, _)| file).map_err(|why| why.to_string())
    });
    Ok(match made.await {
        Ok(Ok(file)) => {
            html! { p.said role="status" { (texts.back_up_made) " " code dir="ltr" { (file.display()) } } }
        }
        Ok(Err(why)) => {
            html! { p.said.wrong role="alert" { (texts.back_up_unmade) " " code lang="en" dir="ltr" { (why) } } }
        }
        Err(_) => html! { p.said.wrong role="alert" { (texts.back_up_unmade) } },
    })
}

async fn render(page: &OrganisePage, typed: &Typed, wrong: &Wrong, said: &Markup) -> Result<Response, Error> {
    let (texts, state) = (texts(page), page.state());
    let last = state.store.last_done(Deed::BackedUp).await?;
    let is_given = state.settings.is_given(Part::BackUp);
    let one = |name, label, hint, value, kind| {
        field(Field { name, label, hint, value, kind, autocomplete: "off" }, wrong)
    };
    let content = html! {
        h1 { (texts.back_up) }
        @if let Some((first, words)) = wrong.first() { (amiss(page, first, words)) }
        (said)
        p.lead { (texts.back_up_why) }
        dl.card {
            (fact(texts.back_up_last, last.map_or_else(|| texts.back_up_never.to_owned(), |at| format!("{} ({})", page.page.moment(at), ago(page, at)))))
            @if is_given && let Some(said) = &state.settings.back_up { (fact(texts.back_up_folder, said.folder.display().to_string())) }
        }
        @if state.settings.back_up.is_some() {
            form method="post" { (page.csrf()) button name="action" value="now" { (texts.back_up_now) } }
        }
        @if is_given { (given(page)) } @else {
            form.card method="post" novalidate {
                (page.csrf())
                (one("folder", texts.back_up_folder, texts.back_up_folder_hint, &typed.folder, "url"))
                (one("hours", texts.back_up_hours, "", &typed.hours, "number"))
                (one("keep", texts.back_up_keep, texts.back_up_keep_hint, &typed.keep, "number"))
                button name="action" value="save" { (texts.save) }
                @if state.settings.back_up.is_some() { button.quiet name="action" value="clear" { (texts.back_up_clear) } }
            }
        }
        p.hint { (texts.back_up_elsewhere) }
        (onward(page, "/back-up"))
    };
    Ok(step(page, texts.back_up, &content))
}

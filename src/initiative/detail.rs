//! All that an initiative says of itself, and the form to take part.

use alentour_model::text::fold;
use alentour_model::{Impact, Initiative, Update};
use leptos::prelude::*;

use super::essentials::{essentials, organisation, way_in};
use super::programme::programme;
use super::{item, list};
use crate::app::{App, FeedError, Stage, encode};
use crate::calendar;
use crate::controls::{button, leading, link};
use crate::dom::html::{article, b, div, h2, h3, li, p, small};
use crate::dom::{El, ev};
use crate::facts;
use crate::labels;
use crate::message::Message;
use crate::share::share;
use crate::signup::place::SignUpForm;

/// An initiative that has been opened; none if the catalogue has none at that position.
#[component]
pub fn Detail(
    /// The widget.
    app: App,
    /// Its position in the catalogue.
    position: usize,
) -> Option<El> {
    let looked_at = app.looked_at(position);
    let initiative = looked_at.get()?;
    let locale = app.locale;
    let near = app.search.criteria.read_untracked().around.as_ref().map(|around| around.point);
    let hit = app.hit(position)?;
    let block = |message: Message, content: Vec<El>| {
        (!content.is_empty())
            .then(|| div().class("block").child(h3().child(app.text(message))).child(content))
    };
    let lead = (!initiative.summary.is_empty()).then(|| p().class("lead").child(&initiative.summary));
    let progress = move || {
        app.live.track();
        let looked_at = app.looked_at(position);
        let initiative = looked_at.get()?;
        match &initiative.petition {
            Some(petition) => facts::progress(locale, petition),
            None => Some(p().class("needed").child(facts::pledges(locale, initiative)?)),
        }
    };
    let impact = initiative.impact.iter().map(|impact| achieved(app, impact)).collect();
    let (mut when, mut places) = programme(app, position, initiative, near);
    if initiative.participation.as_ref().is_some_and(|participation| !participation.venue.is_public()) {
        places.push(paragraph(app.text(Message::VenueForParticipants)));
    }
    // Without a form the bar has it.
    let letter = initiative.letter_at(locale.clock.now().instant);
    let has_way_in = initiative.participation.is_some() || letter.is_some();
    let page = initiative.url.as_ref().filter(|_| has_way_in);
    let page = page.map(|url| link(url.as_str(), app.text(Message::OrganiserPage)));
    let now = locale.clock.now().instant;
    let called_off = initiative.cancelled.iter().filter(|session| session.ends() > now);
    let called_off = called_off.map(|session| {
        let said = facts::held(locale, session).child(facts::called(session)).child(" · ");
        li().child(said.child(b().child(app.text(Message::Cancelled))))
    });
    when.extend(list(called_off.collect()));
    let donation = initiative.donation.as_ref();
    let donation = donation.map(|url| {
        let host = locale.say(Message::Donate, &[("host", url.host())]);
        p().child(link(url.as_str(), &host))
    });
    let is_coming = !initiative.coming(locale.clock.now().instant).is_empty();
    let calendar = is_coming.then(|| calendar::link(app, initiative, &[])).flatten();
    let leave = move || app.act(|browser| browser.leave(app));
    let back = match app.served() {
        Some(served) => {
            let list = served.results(app, &app.search.criteria.read(), 1);
            leading(&list, app.text(Message::Back), "plain").class("plain back")
        }
        None => {
            let back = button(app.text(Message::Back), "plain").class("plain back");
            back.on(ev::click, move |_| leave())
        }
    };
    let is_here = matches!(*app.details.read_untracked(), Stage::Ready);
    let report = app.config(|config| config.report.clone());
    let report = report.map(|pages| {
        let address = [&pages, &encode(&initiative.id), "/report?lang=", locale.language].concat();
        link(&address, app.text(Message::Report))
    });
    let rest = || {
        let all = [
            block(Message::PrerequisitesTitle, paragraphs(&initiative.prerequisites)),
            donation,
            // Beside the form, which covers it.
            way_in(app, initiative, hit),
            view! { <SignUpForm app position/> }.into_inner(),
            block(Message::WhenTitle, when),
            block(Message::WhereTitle, places),
            block(Message::UpdatesTitle, updates(app, initiative)),
            block(Message::AboutTitle, paragraphs(&initiative.description)),
            block(Message::WhoTitle, who(app, initiative)),
            block(Message::AccessTitle, accessibility(app, initiative)),
            block(Message::ImpactTitle, impact),
            block(Message::LanguagesTitle, languages(app, initiative)),
            Some(p().class("links").child(page).child(calendar).child(share(app, initiative)).child(report)),
        ];
        all.into_iter().flatten().collect()
    };
    let article = article()
        .class("detail")
        .part("detail")
        .attr("aria-labelledby", "detail-title")
        .on(ev::keydown, move |event| {
            if event.key() == "Escape" {
                leave();
            }
        })
        .child(back)
        .child(facts::kind(locale, initiative))
        .child(h2().part("title").id("detail-title").attr("tabindex", "-1").child(&initiative.name))
        .child(essentials(app, initiative, hit))
        .child(lead)
        .child(progress)
        .child(if is_here { rest() } else { vec![on_its_way(app)] });
    Some(article)
}

/// What stands in the place of what has not come yet.
fn on_its_way(app: App) -> El {
    match &*app.details.read_untracked() {
        Stage::Failed(FeedError::Status(404)) => {
            div().class("notice").attr("role", "alert").child(p().child(app.text(Message::NoLongerAnnounced)))
        }
        Stage::Failed(failure) => {
            let retry = button(app.text(Message::Retry), "action")
                .on(ev::click, move |_| app.act(|browser| browser.retry_details(app)));
            div()
                .class("notice")
                .attr("role", "alert")
                .child(h3().child(app.text(Message::FailedDetails)))
                .child(p().child(labels::failure(app.locale, failure)))
                .child(retry)
        }
        _ => p().class("note").attr("role", "status").child(app.text(Message::LoadingDetails)),
    }
}

fn paragraph(text: &str) -> El {
    p().child(text)
}

/// Text with an empty line between paragraphs; the style sheet keeps single line ends.
fn paragraphs(text: &str) -> Vec<El> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push('\n');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.iter().filter(|text| !text.is_empty()).map(|text| paragraph(text)).collect()
}

fn who(app: App, initiative: &Initiative) -> Vec<El> {
    let mut all = Vec::new();
    if !initiative.partners.is_empty() {
        all.push(paragraph(app.locale.say(Message::WithPartners, &[("names", "")]).trim()));
        all.extend(list(
            initiative.partners.iter().map(|partner| organisation(app, li(), partner)).collect(),
        ));
    }
    if let Some(petition) = &initiative.petition {
        if !petition.addressed_to.is_empty() {
            let names = app.locale.list(&petition.addressed_to);
            all.push(paragraph(&app.locale.say(Message::AddressedTo, &[("names", &names)])));
        }
        if !petition.outcome.is_empty() {
            all.push(paragraph(&app.locale.say(Message::Outcome, &[("text", &petition.outcome)])));
        }
    }
    all
}

/// What is new of a petition: its day, the text, and where to read on.
fn updates(app: App, initiative: &Initiative) -> Vec<El> {
    let one = |update: &Update| {
        let url = update.url.as_ref();
        div()
            .child(small().child(app.locale.date(update.date.date())))
            .child(paragraphs(&update.text))
            .child(url.map(|url| p().child(link(url.as_str(), url.host()))))
    };
    initiative.petition.iter().flat_map(|petition| petition.updates.iter().map(one)).collect()
}

/// The languages spoken there, where one is another than the visitor reads here.
fn languages(app: App, initiative: &Initiative) -> Vec<El> {
    let locale = app.locale;
    let is_own = |tag: &String| tag.split('-').next() == Some(locale.language);
    if initiative.languages.iter().all(is_own) {
        return Vec::new();
    }
    let names: Vec<_> = initiative.languages.iter().map(|tag| locale.language_name(tag)).collect();
    vec![paragraph(&locale.list(&names))]
}

fn accessibility(app: App, initiative: &Initiative) -> Vec<El> {
    let features =
        initiative.accessibility.iter().map(|feature| item(&labels::accessibility(app.locale, feature)));
    let summary =
        (!initiative.accessibility_summary.is_empty()).then(|| paragraph(&initiative.accessibility_summary));
    list(features.collect()).into_iter().chain(summary).collect()
}

fn achieved(app: App, impact: &Impact) -> El {
    // "64 élèves" of "Élèves accompagnés" would say it twice.
    let (name, unit) = (fold(&impact.name), fold(&impact.unit));
    let is_named = unit.split(' ').all(|word| name.split(' ').any(|other| other == word));
    let unit = if is_named { "" } else { &impact.unit };
    let value = [&app.locale.number(impact.value), " ", unit].concat();
    let as_of = impact.as_of.map(|when| {
        let date = app.locale.date(when.date());
        small().child([" ", &app.locale.say(Message::AsOf, &[("date", &date)])].concat())
    });
    let source = impact.source.as_ref().map(|source| {
        let shown = small().child(" · ").child(app.text(Message::Source)).child(" ");
        organisation(app, shown, source)
    });
    p().class("impact")
        .child(b().child(value.trim()))
        .child(" ")
        .child(&impact.name)
        .child(as_of)
        .child(source)
}

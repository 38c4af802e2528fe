//! All that an initiative says of itself, and the form to take part.

use alentour_model::text::fold;
use alentour_model::{Hit, Impact, Initiative, Organisation, Reach, Session};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::facts;
use crate::app::{App, button, link};
use crate::clock;
use crate::dom::{El, classed, el};
use crate::labels;
use crate::message::Message;
use crate::signup::form::form;

#[wasm_bindgen(module = "/src/initiative/copy.mjs")]
extern "C" {
    /// Copies the address of the link that was pressed, and then says that in the element behind it.
    #[wasm_bindgen(catch)]
    fn copy(event: &web_sys::Event, said: &str) -> Result<(), JsValue>;
}

/// An initiative that has been opened; `None` if the catalogue has none at that position.
pub fn detail(app: App, position: usize) -> Option<El> {
    let catalog = app.catalog.get_untracked();
    let initiative = catalog.get(position)?;
    let locale = app.locale;
    let near = app.search.criteria.read_untracked().around.as_ref().map(|around| around.point);
    let hit = catalog.hit(position, near, clock::now().instant)?;
    let block = |message: Message, content: Vec<El>| {
        (!content.is_empty())
            .then(|| classed("div", "block").child(el("h3").text(app.text(message))).children(content))
    };
    let lead = (!initiative.summary.is_empty()).then(|| classed("p", "lead").text(&initiative.summary));
    let progress = initiative
        .petition
        .as_ref()
        .and_then(|petition| Some(facts::progress(locale, petition.signatures?, petition.target)));
    let languages: Vec<_> = initiative.languages.iter().map(|tag| locale.language_name(tag)).collect();
    let languages = if languages.is_empty() { Vec::new() } else { vec![paragraph(&locale.list(&languages))] };
    let impact = initiative.impact.iter().map(|impact| achieved(app, impact)).collect();
    let page = initiative.url.as_ref().map(|url| link(url.as_str(), app.text(Message::OrganiserPage)));
    // Its own target: a page's <base> may name another.
    let permalink = el("a")
        .attr("href", &facts::permalink(initiative))
        .attr("target", "_self")
        .text(app.text(Message::Permalink))
        .on("click", move |event| {
            let _ = copy(&event, app.text(Message::Copied));
        });
    let said = el("span").attr("role", "status");
    let article = classed("article", "detail")
        .part("detail")
        .attr("aria-labelledby", "detail-title")
        .on("keydown", move |event| {
            if event.unchecked_ref::<web_sys::KeyboardEvent>().key() == "Escape" {
                app.leave();
            }
        })
        .child(
            button(app.text(Message::Back), "plain")
                .attr("class", "plain back")
                .on("click", move |_| app.leave()),
        )
        .child(facts::kind(locale, initiative))
        .child(
            el("h2").part("title").attr("id", "detail-title").attr("tabindex", "-1").text(&initiative.name),
        )
        .children(lead)
        .children(progress)
        .children(paragraphs(&initiative.description))
        .children(block(Message::WhenTitle, when(app, initiative)))
        .children(block(Message::WhereTitle, whereabouts(app, initiative, hit)))
        .children(block(Message::WhoTitle, who(app, initiative)))
        .children(block(Message::AccessTitle, accessibility(app, initiative)))
        .children(block(Message::ImpactTitle, impact))
        .children(block(Message::LanguagesTitle, languages))
        .child(classed("p", "links").children(page).child(permalink).child(said))
        .children(form(app, position, initiative));
    Some(article)
}

fn paragraph(text: &str) -> El {
    el("p").text(text)
}

fn item(text: &str) -> El {
    el("li").text(text)
}

fn list(items: Vec<El>) -> Option<El> {
    (!items.is_empty()).then(|| el("ul").children(items))
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

fn when(app: App, initiative: &Initiative) -> Vec<El> {
    let locale = app.locale;
    let coming = initiative.coming(clock::now().instant);
    if coming.is_empty() {
        return facts::next(locale, initiative, None).iter().map(|text| paragraph(text)).collect();
    }
    let zone = facts::shared_zone(locale, coming.iter().copied());
    let session = |session: &&Session| {
        let mut text = facts::session(locale, session);
        if zone.is_none() {
            text.push_str(&facts::in_zone(locale, session));
        }
        let place = session
            .place
            .filter(|_| initiative.places.len() > 1)
            .and_then(|place| initiative.places.get(place));
        if let Some(place) = place {
            text = [&text, locale.comma(), &facts::locality(place)].concat();
        }
        let seats = facts::seats(locale, session);
        item(&text).text(" ").children(seats.map(|seats| classed("span", "seats").text(&seats)))
    };
    let note = zone.as_deref().map(facts::zone_note);
    list(coming.iter().map(session).collect()).into_iter().chain(note).collect()
}

fn whereabouts(app: App, initiative: &Initiative, hit: Hit) -> Vec<El> {
    let reach = match initiative.reach {
        Reach::Online => Some(Message::Online),
        Reach::National => Some(Message::National),
        _ => None,
    };
    let mut items: Vec<_> = reach.iter().map(|reach| item(app.text(*reach))).collect();
    items.extend(initiative.places.iter().map(|place| {
        let approximate = if place.approximate {
            [" (", app.text(Message::Approximate), ")"].concat()
        } else {
            String::new()
        };
        item(&[facts::address(place), approximate].concat())
    }));
    let place = hit.place.and_then(|place| initiative.places.get(place));
    let distance = hit.distance.filter(|_| reach.is_none()).map(|distance| {
        let text = app.locale.distance(distance, place.is_some_and(|place| place.approximate));
        classed("p", "distance").part("distance").text(&text)
    });
    list(items).into_iter().chain(distance).collect()
}

fn organisation(app: App, tag: &str, organisation: &Organisation) -> El {
    let element = el(tag);
    let element = match &organisation.url {
        Some(url) => element.child(link(url.as_str(), &organisation.name)),
        None => element.text(&organisation.name),
    };
    match organisation.sector {
        Some(sector) => element.text(&[" (", app.text(labels::sector(sector)), ")"].concat()),
        None => element,
    }
}

fn who(app: App, initiative: &Initiative) -> Vec<El> {
    let mut all: Vec<_> =
        initiative.organizer.iter().map(|organiser| organisation(app, "p", organiser)).collect();
    if !initiative.partners.is_empty() {
        all.push(paragraph(app.locale.say(Message::WithPartners, &[("names", "")]).trim()));
        all.extend(list(
            initiative.partners.iter().map(|partner| organisation(app, "li", partner)).collect(),
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

fn accessibility(app: App, initiative: &Initiative) -> Vec<El> {
    let features =
        initiative.accessibility.iter().map(|feature| item(&labels::accessibility(app.locale, feature)));
    let summary =
        (!initiative.accessibility_summary.is_empty()).then(|| paragraph(&initiative.accessibility_summary));
    list(features.collect()).into_iter().chain(summary).collect()
}

fn achieved(app: App, impact: &Impact) -> El {
    // "64 élèves" of "Élèves accompagnés" would say it twice.
    let words = |text: &str| [" ", &fold(text), " "].concat();
    let is_named = words(&impact.name).contains(&words(&impact.unit));
    let unit = if is_named { "" } else { &impact.unit };
    let value = [&app.locale.number(impact.value), " ", unit].concat();
    let as_of = impact.as_of.map(|when| {
        let date = app.locale.short_day(when.date());
        el("small").text(&[" ", &app.locale.say(Message::AsOf, &[("date", &date)])].concat())
    });
    classed("p", "impact").child(el("b").text(value.trim())).text(" ").text(&impact.name).children(as_of)
}

//! All that an initiative says of itself, and the form to take part.

use alentour_model::{Impact, Initiative, Organisation, Reach};
use leptos::prelude::*;

use super::facts;
use crate::app::App;
use crate::clock;
use crate::message::Message;
use crate::signup::form::Form;
use crate::words;

/// An initiative that has been opened.
#[component]
pub fn Detail(app: App, position: usize) -> impl IntoView {
    let catalog = app.catalog.get_untracked();
    let initiative = catalog.get(position)?.clone();
    let locale = app.locale;
    let near = app.search.place.chosen.get_untracked().map(|place| place.point);
    let hit = catalog.hit(position, near, clock::now().instant)?;
    let block = move |message: Message, content: Vec<AnyView>| {
        (!content.is_empty()).then(|| {
            view! {
                <div class="block">
                    <h3>{app.text(message)}</h3>
                    {content}
                </div>
            }
        })
    };
    let languages: Vec<_> = initiative.languages.iter().map(|tag| locale.language_name(tag)).collect();
    let languages = if languages.is_empty() { vec![] } else { vec![paragraph(languages.join(", "))] };
    let form =
        initiative.participation.is_some().then(|| view! { <Form app initiative=initiative.clone()/> });
    let page = initiative.url.as_ref().map(|url| {
        let url = url.as_str().to_owned();
        view! { <a href=url rel="noopener nofollow" target="_blank">{app.text(Message::OrganiserPage)}</a> }
    });
    let progress = initiative.petition.as_ref().and_then(|petition| {
        Some(view! { <p class="needed">{facts::progress(locale, petition.signatures?, petition.target)}</p> })
    });
    let distance =
        hit.distance.filter(|_| matches!(initiative.reach, Reach::Local | Reach::Regional)).map(|distance| {
            let place = hit.place.and_then(|place| initiative.places.get(place));
            locale.distance(distance, place.is_some_and(|place| place.approximate))
        });
    let view = view! {
        <article
            class="detail"
            part="detail"
            aria-labelledby="detail-title"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    app.open(None, "");
                }
            }
        >
            <button class="plain back" type="button" on:click=move |_| app.open(None, "")>{app.text(Message::Back)}</button>
            {facts::kind(locale, &initiative)}
            <h2 id="detail-title" part="title" tabindex="-1">{initiative.name.clone()}</h2>
            {(!initiative.summary.is_empty()).then(|| view! { <p class="lead">{initiative.summary.clone()}</p> })}
            {progress}
            {paragraphs(&initiative.description)}
            {block(Message::WhenTitle, when(app, &initiative))}
            {block(Message::WhereTitle, whereabouts(app, &initiative, distance))}
            {block(Message::WhoTitle, who(app, &initiative))}
            {block(Message::AccessTitle, accessibility(app, &initiative))}
            {block(Message::ImpactTitle, initiative.impact.iter().map(|impact| achieved(app, impact)).collect())}
            {block(Message::LanguagesTitle, languages)}
            <p class="links">
                {page}
                <a href=facts::permalink(&initiative)>{app.text(Message::Permalink)}</a>
            </p>
            {form}
        </article>
    };
    Some(view.into_any())
}

fn paragraph(text: String) -> AnyView {
    view! { <p>{text}</p> }.into_any()
}

fn item(text: String) -> AnyView {
    view! { <li>{text}</li> }.into_any()
}

fn list(items: Vec<AnyView>) -> Vec<AnyView> {
    if items.is_empty() { items } else { vec![view! { <ul>{items}</ul> }.into_any()] }
}

/// Text with an empty line between paragraphs.
fn paragraphs(text: &str) -> Vec<AnyView> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| paragraph(text.to_owned()))
        .collect()
}

fn when(app: App, initiative: &Initiative) -> Vec<AnyView> {
    let locale = app.locale;
    let coming = initiative.coming(clock::now().instant);
    if coming.is_empty() {
        return facts::next(locale, initiative, None).map(paragraph).into_iter().collect();
    }
    let session = |session: &&alentour_model::Session| {
        let name = (!session.name.is_empty()).then(|| [&session.name, " : "].concat());
        let place = session
            .place
            .filter(|_| initiative.places.len() > 1)
            .and_then(|place| initiative.places.get(place));
        let seats = match (session.is_full(), session.remaining) {
            (true, _) => Some(app.text(Message::Full).to_owned()),
            (false, Some(seats)) => Some(locale.count(Message::Seats, seats as usize, &[])),
            (false, None) => None,
        };
        view! {
            <li>
                {name}
                {locale.session(session)}
                {place.map(|place| [", ", &facts::locality(place)].concat())}
                {seats.map(|seats| view! { <span class="seats">{seats}</span> })}
            </li>
        }
        .into_any()
    };
    list(coming.iter().map(session).collect())
}

fn whereabouts(app: App, initiative: &Initiative, distance: Option<String>) -> Vec<AnyView> {
    let reach = match initiative.reach {
        Reach::Online => Some(Message::Online),
        Reach::National => Some(Message::National),
        _ => None,
    };
    let reach = reach.map(|reach| item(app.text(reach).to_owned()));
    let places = initiative.places.iter().map(|place| {
        let approximate = place.approximate.then(|| [" (", app.text(Message::Approximate), ")"].concat());
        view! { <li>{facts::address(place)}{approximate}</li> }.into_any()
    });
    let mut all = list(reach.into_iter().chain(places).collect());
    all.extend(
        distance.map(|distance| view! { <p class="distance" part="distance">{distance}</p> }.into_any()),
    );
    all
}

fn organisation(app: App, organisation: &Organisation) -> AnyView {
    let sector = organisation.sector.map(|sector| [" (", app.text(words::sector(sector)), ")"].concat());
    let name = organisation.name.clone();
    let name = match &organisation.url {
        Some(url) => {
            let url = url.as_str().to_owned();
            view! { <a href=url rel="noopener nofollow" target="_blank">{name}</a> }.into_any()
        }
        None => name.into_any(),
    };
    view! { {name}{sector} }.into_any()
}

fn who(app: App, initiative: &Initiative) -> Vec<AnyView> {
    let mut all = Vec::new();
    if let Some(organiser) = &initiative.organizer {
        all.push(view! { <p>{organisation(app, organiser)}</p> }.into_any());
    }
    if !initiative.partners.is_empty() {
        let partners: Vec<_> = initiative
            .partners
            .iter()
            .map(|partner| view! { <li>{organisation(app, partner)}</li> }.into_any())
            .collect();
        let with = app.locale.say(Message::WithPartners, &[("names", "")]);
        all.push(paragraph(with.trim().to_owned()));
        all.extend(list(partners));
    }
    if let Some(petition) = &initiative.petition {
        if !petition.addressed_to.is_empty() {
            let names = petition.addressed_to.join(", ");
            all.push(paragraph(app.locale.say(Message::AddressedTo, &[("names", &names)])));
        }
        if !petition.outcome.is_empty() {
            all.push(paragraph(app.locale.say(Message::Outcome, &[("text", &petition.outcome)])));
        }
    }
    all
}

fn accessibility(app: App, initiative: &Initiative) -> Vec<AnyView> {
    let mut all = list(
        initiative
            .accessibility
            .iter()
            .map(|feature| item(words::accessibility(app.locale, feature)))
            .collect(),
    );
    if !initiative.accessibility_summary.is_empty() {
        all.push(paragraph(initiative.accessibility_summary.clone()));
    }
    all
}

fn achieved(app: App, impact: &Impact) -> AnyView {
    let value = [&app.locale.number(impact.value), " ", &impact.unit].concat();
    let as_of = impact.as_of.map(|when| {
        let date = app.locale.short_day(when.date());
        view! { <small>{app.locale.say(Message::AsOf, &[("date", &date)])}</small> }
    });
    view! { <p class="impact"><b>{value}</b> {impact.name.clone()} {as_of}</p> }.into_any()
}

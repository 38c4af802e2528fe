//! A card: one initiative, read in two seconds.

use alentour_model::{Hit, Initiative, Reach};
use leptos::prelude::*;

use crate::app::App;
use crate::initiative::facts;
use crate::message::Message;
use crate::words;

/// The card of a hit; `None` if the catalogue has changed meanwhile.
pub fn card(app: App, hit: Hit) -> Option<AnyView> {
    let catalog = app.catalog.read_untracked();
    let initiative = catalog.get(hit.initiative)?;
    let position = hit.initiative;
    let locale = app.locale;
    let action = app.text(words::action(initiative));
    let named = locale.say(Message::ActionNamed, &[("action", action), ("title", &initiative.name)]);
    let open = move |part: &'static str| {
        move |event: leptos::ev::MouseEvent| {
            // With a modifier the link opens a tab of its own, as links do.
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                app.open(Some(position), part);
            }
        }
    };
    let joins = initiative.participation.is_some();
    let link = facts::permalink(initiative);
    let when = facts::next(locale, initiative, hit.session);
    let more = facts::further_sessions(locale, initiative);
    let needed = facts::needed(locale, initiative, hit.session);
    let current = move || (app.opened.get() == Some(position)).then_some("true");
    let view = view! {
        <li id=format!("card-{position}") class="card" part="card" aria-current=current>
            {facts::kind(locale, initiative)}
            <h3 part="title">
                <a href=link on:click=open("#detail-title")>{initiative.name.clone()}</a>
            </h3>
            <div class="meta" part="meta">
                {when.map(|when| view! { <p class="when">{when}{more.map(|more| view! { <small>{more}</small> })}</p> })}
                {whereabouts(app, initiative, hit)}
                {initiative.organizer.as_ref().map(|organiser| view! { <p class="who">{organiser.name.clone()}</p> })}
            </div>
            <div class="foot">
                {needed.map(|needed| view! { <p class="needed">{needed}</p> })}
                <button
                    class="action"
                    part="action"
                    type="button"
                    aria-label=named
                    on:click=open(if joins { "#form-title" } else { "#detail-title" })
                >
                    {action}
                </button>
            </div>
        </li>
    };
    Some(view.into_any())
}

/// How far and where.
fn whereabouts(app: App, initiative: &Initiative, hit: Hit) -> Option<AnyView> {
    let place = hit.place.and_then(|place| initiative.places.get(place));
    let distance = hit.distance.map(|distance| {
        let text = app.locale.distance(distance, place.is_some_and(|place| place.approximate));
        view! { <span class="distance" part="distance">{text}</span> }
    });
    let reach = match initiative.reach {
        Reach::Online => Some(Message::Online),
        Reach::National => Some(Message::National),
        _ => None,
    };
    let place = match reach {
        Some(reach) => Some(app.text(reach).to_owned()),
        None => place.map(facts::locality).filter(|text| !text.is_empty()),
    };
    let distance = distance.filter(|_| reach.is_none());
    (place.is_some() || distance.is_some())
        .then(|| view! { <p class="where">{distance}{place}</p> }.into_any())
}

//! The list: what is near, what is everywhere, or what to do where there is nothing.

use alentour_model::query::Count;
use alentour_model::{Hit, Kilometres, Query};
use leptos::prelude::*;

use super::cards::shelf;
use super::zone::zone;
use super::{limit_elsewhere, without_script};
use crate::app::criteria::Criteria;
use crate::app::{App, Stage};
use crate::controls::{button, leading, link};
use crate::dom::html::{self, div, h2, p, span};
use crate::dom::{El, ev};
use crate::facts;
use crate::labels;
use crate::message::Message;

/// Initiatives whose free seats are added up, at most: those of a large town.
const COUNTED: usize = 500;

/// What was found.
#[component]
pub fn Results(
    /// The widget.
    app: App,
) -> Vec<El> {
    let near = shelf(app, false);
    // Some(0) once there was nothing near: signals of one type share their code.
    let alone = RwSignal::new(None::<usize>);
    let nearby = div().child(move || {
        app.search.track_words();
        let results = app.results.read();
        if !results.nearby.is_empty() {
            near()
        } else if is_nothing(app) {
            if alone.read_untracked().is_none() {
                alone.set(Some(0));
                app.act(|browser| browser.offer_alert(app));
            }
            vec![nothing(app)]
        } else {
            Vec::new()
        }
    });
    // Beside it, and built once: what is typed stays while the list is looked through anew.
    let alert = div().attr("hidden", move || !is_nothing(app)).child(move || {
        let is_there = matches!(*app.form.read(), Stage::Ready) && app.opened.read().is_none();
        let is_asked = is_there && alone.read().is_some();
        if is_asked { app.alert() } else { Vec::new() }
    });
    let elsewhere = elsewhere(app);
    let count = p().class("count").attr("role", "status").attr("tabindex", "-1").child(move || {
        let seats = free_seats(app).unwrap_or_default();
        facts::joined(&[&count(app), &seats], " · ")
    });
    let partly = div().child(move || app.partly.get().map(|_| partly(app)));
    let zone_note = div().child(move || zone(app).as_deref().map(facts::zone_note));
    let title = h2().class("unseen").child(app.text(Message::Search));
    let mut all = vec![title, count, partly, zone_note, nearby, elsewhere, alert];
    all.extend(without_script::links(app));
    // Below all that is there, and where there is nothing.
    let propose = app.config(|config| config.propose.clone());
    if !propose.is_empty() {
        all.push(p().class("propose").child(link(&propose, app.text(Message::Propose))));
    }
    all
}

/// What is tied to no place.
fn elsewhere(app: App) -> El {
    let title = move || {
        let results = app.results.read();
        match results.elsewhere.len() {
            0 => String::new(),
            found => app.locale.counted(Message::Elsewhere, found, results.is_more_elsewhere, &[]),
        }
    };
    let section = html::section().class("elsewhere").child(h2().child(title)).child(shelf(app, true));
    div().child(move || {
        let results = app.results.read();
        let limit = limit_elsewhere(&results, app.search.limit());
        let shown = without_script::shown_of(app, &results.elsewhere, limit);
        (!shown.is_empty()).then(|| section.clone())
    })
}

/// How many were found, and around where.
fn count(app: App) -> String {
    let results = app.results.read();
    let criteria = app.search.criteria.read();
    let found = results.nearby.len();
    if is_unsaid(app) {
        return String::new();
    }
    // Of none it is known where they are not.
    let known = results.known.filter(|_| found == 0).map(tenths);
    let is_more = (results.known.is_some() || app.partly.read().is_some()) && found > 0;
    let counted = |message, values: &[(&str, &str)]| app.locale.counted(message, found, is_more, values);
    match (&criteria.around, known.or(criteria.radius.map(f64::from))) {
        (Some(around), Some(radius)) => {
            let radius = app.locale.kilometres(radius);
            counted(Message::FoundNear, &[("radius", &radius), ("place", &around.label)])
        }
        _ if known.is_some() => app.text(Message::NothingSoon).to_owned(),
        _ => counted(Message::Found, &[]),
    }
}

/// How many seats are free in the sessions of all that was found near, as their cards say it; `None` where there are none, and while words are
/// typed, when nothing is counted that need not be.
fn free_seats(app: App) -> Option<String> {
    let (results, criteria) = (app.results.read(), app.search.criteria.read());
    app.live.track();
    let is_counted = results.known.is_none() && criteria.words.is_empty() && results.nearby.len() <= COUNTED;
    if !is_counted || app.partly.read().is_some() {
        return None;
    }
    let (catalog, query, now) = (app.catalog.read(), app.search.query(), app.locale.clock.now().instant);
    let of = |hit: &Hit| catalog.get(hit.initiative).map_or(0, |it| it.free_seats(&query, now));
    let free = results.nearby.iter().map(of).sum();
    (free > 0).then(|| app.locale.count(Message::OpenSeats, free, &[]))
}

/// That some of what is looked for has not come yet.
fn partly(app: App) -> El {
    let retry = button(app.text(Message::Retry), "plain").on(ev::click, move |_| {
        app.act(|browser| browser.fetch_rest(app));
        app.act(|browser| browser.focus(".count".into(), false));
    });
    p().class("note").attr("role", "status").child(app.text(Message::Partly)).child(" ").child(retry)
}

/// Whether nobody knows yet what is near: what has not come may be what is looked for.
fn is_unsaid(app: App) -> bool {
    let results = app.results.read();
    let is_around = app.search.criteria.read().around.is_some();
    let is_unknown = results.known.is_some_and(|known| is_around && tenths(known) == 0.0);
    results.nearby.is_empty() && (is_unknown || app.partly.read().is_some())
}

/// Whether no circle keeps anything away, and all that fits is tied to no place: it stands below, and says so itself.
fn is_elsewhere_alone(app: App) -> bool {
    let (results, criteria) = (app.results.read(), app.search.criteria.read());
    let is_anywhere = criteria.around.is_none() || criteria.radius.is_none();
    is_anywhere && results.known.is_none() && !results.elsewhere.is_empty()
}

/// Whether there is nothing near, and nothing else says why.
#[inline(never)]
fn is_nothing(app: App) -> bool {
    app.results.read().nearby.is_empty() && !is_unsaid(app) && !is_elsewhere_alone(app)
}

/// Kilometres within which nothing is missing, to a tenth below.
fn tenths(known: Kilometres) -> f64 {
    (known.value() * 10.0).floor() / 10.0
}

/// Nothing nearby: why, and the way on.
fn nothing(app: App) -> El {
    let results = app.results.read();
    let criteria = app.search.criteria.read();
    let filtered = criteria.filters() > 0 || !criteria.words.is_empty();
    // A circle that finds something, or all there is.
    let wider = criteria.kilometres().filter(|_| criteria.around.is_some()).and_then(|radius| {
        let circle = results.wider(radius).map(|(radius, count)| (Some(radius), count));
        circle.or_else(|| (results.facets.anywhere > 0).then_some((None, results.facets.anywhere)))
    });
    let is_empty = app.catalog.read().is_empty() && results.horizon.is_none();
    // Nothing is said of what was not looked at, nor that nothing fits where something does farther away or elsewhere.
    let is_somewhere = results.facets.anywhere > 0 || !results.elsewhere.is_empty();
    let limit = match results.known {
        Some(known) => Some(tenths(known)),
        None => criteria.radius.filter(|_| is_somewhere || !filtered).map(f64::from),
    };
    let title = match (&criteria.around, limit) {
        _ if is_empty => app.text(Message::NothingPublished).to_owned(),
        (Some(around), Some(limit)) => {
            // That there is nothing at all is only said where no filter keeps it away.
            let is_nothing = !filtered && results.known.is_none();
            let message = if is_nothing { Message::NothingNear } else { Message::NothingWithin };
            let radius = app.locale.kilometres(limit);
            app.locale.say(message, &[("radius", &radius), ("place", &around.label)])
        }
        _ if results.known.is_some() => app.text(Message::NothingSoon).to_owned(),
        _ => app.text(Message::NothingFound).to_owned(),
    };
    let widen = wider.map(|(wider, count)| {
        let text = match wider {
            Some(radius) => {
                let radius = app.locale.kilometres(f64::from(radius));
                app.locale.count(Message::Wider, count, &[("radius", &radius)])
            }
            None => {
                let is_more = results.horizon.is_some();
                let found = app.locale.counted(Message::Found, count, is_more, &[]);
                app.locale.labelled(app.text(Message::RadiusAny), &found)
            }
        };
        towards(app, &text, "action", Criteria { radius: wider, ..criteria.clone() })
    });
    let meant = results.suggestion.as_ref().map(|words| {
        let text = app.locale.say(Message::DidYouMean, &[("text", words)]);
        towards(app, &text, "action", Criteria { words: words.clone(), ..criteria.clone() })
    });
    let mut cleared = criteria.clone();
    cleared.clear();
    let notice = div().class("notice").part("notice").child(h2().child(title)).child(meant).child(widen);
    let notice = if filtered {
        let clear = if criteria.filters() > 0 { Message::ClearFilters } else { Message::ClearWords };
        let clear = towards(app, app.text(clear), "plain", cleared.clone());
        notice.child(p().child(app.text(Message::NothingFoundHelp))).child(clear)
    } else {
        notice
    };
    // Each cause that finds something where nothing but the place matters, or where even that does not.
    let radius = match wider {
        Some((radius, _)) if !filtered => radius,
        _ => criteria.radius,
    };
    let without = Query {
        near: criteria.around.as_ref().map(|around| around.point),
        radius: radius.and_then(|radius| Kilometres::new(f64::from(radius))),
        ..Query::default()
    };
    // Beyond where nothing is missing nobody has counted.
    let is_more = results.horizon.is_some_and(|known| without.radius.is_none_or(|radius| radius > known));
    let mut causes = Vec::new();
    for Count { value: cause, count } in
        app.catalog.read().search(&without, app.locale.clock.now()).facets.causes
    {
        if count == 0 {
            continue;
        }
        let number = span().class("number").child(app.count_of(count, is_more));
        let name = labels::cause(app.locale, &cause);
        let wanted = Criteria { causes: vec![cause], radius, ..cleared.clone() };
        causes.push(towards(app, &name, "chip", wanted).child(" ").child(number));
    }
    let causes = (!causes.is_empty()).then(|| {
        let name = app.text(Message::Causes);
        div().class("chips").attr("role", "group").attr("aria-label", name).child(causes)
    });
    notice.child(causes).child(without_script::alert(app))
}

/// What leads to other results: a link on a page by itself; else a button, which goes, and whoever pressed it goes on at what is found.
fn towards(app: App, text: &str, class: &'static str, wanted: Criteria) -> El {
    match app.served() {
        Some(served) => leading(&served.results(app, &wanted, 1), text, class),
        None => button(text, class).on(ev::click, move |_| {
            app.search.criteria.set(wanted.clone());
            app.act(|browser| browser.focus(".results h3 a, .results button".into(), false));
        }),
    }
}

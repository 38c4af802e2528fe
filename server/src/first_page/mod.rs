//! The first page of results, which comes with the tag: made for a query, a version of the feed and a minute.

mod asked;
mod cache;
pub mod payload;
pub mod routes;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use alentour::app::criteria;
use alentour::render::{self, FirstPage};
use alentour_model::{Cause, Kind, LiveInitiative, Query};
use alentour_texts::Language;
use tokio::sync::OnceCell;
use tracing::error;

pub use asked::Asked;

use cache::{Cache, Stamp};
use payload::{Behind, Loader};

use crate::bundle::{Bundle, TAG};
use crate::catalogue::{self, Catalogue};
use crate::feeds::Feeds;
use crate::http::representation::Representation;
use crate::http::{Error, Limits, Turns, Visitor};
use crate::live::Live;

/// Pages that are made at once: CPU work, of which the rest of the server wants some, too.
const AT_ONCE: usize = 2;
/// Pages that are made or wait for it. Beyond that the widget does without: it is there sooner than its turn.
const WAITING: usize = 10;
/// Answers that are kept, and their bytes in all encodings.
const ANSWERS: (usize, usize) = (500, 12 << 20);
/// Pages that answers are made of, and the bytes of their JSON: as trees they take some five times that.
const PAGES: (usize, usize) = (100, 4 << 20);

/// In which form a first page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Form {
    /// With the tag's script.
    Script,
    /// Alone.
    Json,
}

/// What became of a request.
enum Answer {
    /// A first page.
    Page(Representation),
    /// There is none for this query, whoever asks.
    Nothing,
    /// There is none now: too much is asked for, or there is no feed yet.
    NotNow,
}

/// The form, the language's tag, and the query.
type AnswerKey = (Form, &'static str, Asked);

/// An answer, and what was counted of what it shows.
#[derive(Clone)]
struct Made {
    page: Representation,
    counted: Arc<Counted>,
}

/// The identifiers of what has a card, and what had changed of it since the feed was read.
type Counted = (Vec<String>, Vec<LiveInitiative>);

/// The first pages of a server.
pub struct FirstPages {
    bundle: Arc<Bundle>,
    feeds: Arc<Feeds>,
    limits: Arc<Limits>,
    live: Arc<Live>,
    /// By what was asked for. One that is being made is waited for by all who ask for it. `None`: there is none.
    answers: Cache<AnswerKey, Arc<OnceCell<Option<Made>>>>,
    /// By what it means: names of one place, and points near each other, share a page.
    pages: Arc<Cache<String, Arc<FirstPage>>>,
    loader: Arc<Mutex<Option<Arc<Loader>>>>,
    turns: Turns,
    /// What the address begins with where one proposes an initiative, and its language follows; empty where none are taken.
    propose: String,
    /// What the addresses begin with where one reports an initiative; empty where none are taken.
    report: String,
}

impl FirstPages {
    /// Those of that bundle and these feeds. `propose`: the whole address, without a language, where one proposes an initiative; `report`: what
    /// the addresses begin with where one is reported.
    pub fn new(
        bundle: Arc<Bundle>,
        feeds: Arc<Feeds>,
        limits: Arc<Limits>,
        live: Arc<Live>,
        [propose, report]: [String; 2],
    ) -> Self {
        Self {
            propose,
            report,
            bundle,
            feeds,
            limits,
            live,
            answers: Cache::new(ANSWERS.0, ANSWERS.1),
            pages: Arc::new(Cache::new(PAGES.0, PAGES.1)),
            loader: Arc::default(),
            turns: Turns::new(AT_ONCE, WAITING),
        }
    }

    async fn answer(&self, form: Form, query: Option<&str>, visitor: Visitor) -> Answer {
        let Some((language, asked)) = query.and_then(Asked::parse) else { return Answer::Nothing };
        let Some(current) = self.feeds.current() else { return Answer::NotNow };
        // The page of a minute is made for its beginning: several servers make the same one.
        let now = jiff::Timestamp::now().as_second();
        let stamp = Stamp { feed: current.version().to_owned(), at: now - now.rem_euclid(60) };
        let key = (form, language.tag(), asked.clone());
        let before = self.answers.get(&stamp, &key);
        let ready = before.as_ref().and_then(|cell| cell.get().cloned());
        let mut last = None;
        match ready {
            Some(Some(made)) if !is_current(&self.live, &made.counted).await => {
                // A seat was taken, or a signature given. Whoever comes first has it made anew, unless too much is asked for.
                self.answers.replace(&stamp, &key, before.as_ref());
                last = Some(made.page);
            }
            Some(made) => return made.map_or(Answer::Nothing, |made| Answer::Page(made.page)),
            None => {}
        }
        match self.made(form, language, asked, current, (&stamp, key), visitor).await {
            Ok(answer) => answer.map_or(Answer::Nothing, |made| Answer::Page(made.page)),
            Err(_) => last.map_or(Answer::NotNow, Answer::Page),
        }
    }

    /// The answer of that key, made unless somebody else has begun to.
    async fn made(
        &self,
        form: Form,
        language: Language,
        asked: Asked,
        current: Arc<Catalogue>,
        (stamp, key): (&Stamp, AnswerKey),
        visitor: Visitor,
    ) -> Result<Option<Made>, Error> {
        self.limits.first_page(visitor)?;
        let cell = self.answers.get_or_default(stamp, &key);
        let make = || self.make(form, language, asked, current, stamp.clone());
        let answer = cell.get_or_try_init(make).await?.clone();
        let weight = answer.as_ref().map_or(0, |made| made.page.weight());
        self.answers.put(stamp, key, cell, weight);
        Ok(answer)
    }

    /// Makes an answer, when its turn comes; `None` where there is none for this query.
    async fn make(
        &self,
        form: Form,
        language: Language,
        asked: Asked,
        current: Arc<Catalogue>,
        stamp: Stamp,
    ) -> Result<Option<Made>, Error> {
        let (bundle, pages, loader) = (self.bundle.clone(), self.pages.clone(), self.loader.clone());
        let live = self.live.for_views();
        let propose = match self.propose.as_str() {
            "" => String::new(),
            address => [address, language.tag()].concat(),
        };
        let report = self.report.clone();
        let task = move || {
            let behind = Behind { pages: Some(payload::PAGES), propose: &propose, report: &report };
            let written = written(&bundle, &pages, language, (&asked, behind), &current, &stamp, live)?;
            io::Result::Ok(written.and_then(|(json, counted)| {
                let page = match form {
                    Form::Script => ready(&loader, &bundle.bytes(TAG).ok()?)?.with(&json),
                    Form::Json => payload::alone(&json),
                };
                Some(Made { page, counted: Arc::new(counted) })
            }))
        };
        let made = self.turns.work(task).await;
        let made = made.and_then(|made| made.map_err(catalogue::unread));
        if let Err(error @ Error::Unavailable(_)) = &made {
            error!(?error, "first page not made");
        }
        made
    }
}

/// Whether what was counted is still so.
async fn is_current(live: &Arc<Live>, (ids, counted): &Counted) -> bool {
    let now = live.of(ids).await;
    now.iter().map(|live| &**live).eq(counted)
}

/// The tag's script, compressed unless it is the one that was compressed before.
fn ready(kept: &Mutex<Option<Arc<Loader>>>, script: &[u8]) -> Option<Arc<Loader>> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(loader) = kept.as_ref().filter(|loader| loader.is_of(script)) {
        return Some(loader.clone());
    }
    let loader = Arc::new(Loader::new(script.to_vec())?);
    Some(kept.insert(loader).clone())
}

/// The first page as JSON and what was counted of what it shows, rendered unless another query meant the same; `None` where there is none for this query.
fn written(
    bundle: &Bundle,
    pages: &Cache<String, Arc<FirstPage>>,
    language: Language,
    (asked, behind): (&Asked, Behind<'_>),
    current: &Catalogue,
    stamp: &Stamp,
    live: render::Live,
) -> io::Result<Option<(String, Counted)>> {
    let Ok(around) = payload::place(bundle, asked) else { return Ok(None) };
    let place = around.as_ref().map(|around| (around.label.as_str(), around.point));
    let Asked { radius, kinds, causes, limit, .. } = asked;
    let key = format!("{} {place:?} {:?}", language.tag(), (radius, kinds, causes, limit));
    let known = pages.get(stamp, &key).filter(|page| live(&page.counted.0) == page.counted.1);
    if let Some(page) = known {
        let json = payload::json(language, asked, &page, stamp.at, None, behind);
        return Ok(json.ok().map(|json| (json, page.counted.clone())));
    }
    let wanted = Query {
        near: around.as_ref().map(|around| around.point),
        radius: criteria::kilometres(radius),
        kinds: criteria::words(kinds, Kind::parse),
        causes: criteria::words(causes, Cause::parse),
        ..Query::default()
    };
    let catalog = current.for_query(&wanted, language, stamp.at)?;
    let page = payload::render(language, catalog, asked, around, stamp.at, behind, Some(live));
    let Ok(json) = payload::json(language, asked, &page, stamp.at, None, behind) else { return Ok(None) };
    let counted = page.counted.clone();
    pages.put(stamp, key, Arc::new(page), json.len());
    Ok(Some((json, counted)))
}

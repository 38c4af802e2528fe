//! What all requests share.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::bundle::Bundle;
use crate::bundle::earlier::EarlierReleases;
use crate::circuit_breaker::CircuitBreaker;
use crate::feeds::{FeedReader, Feeds};
use crate::first_page::FirstPages;
use crate::http::{Limits, PageTurns};
use crate::installation::Installation;
use crate::live::Live;
use crate::recent::Recent;
use crate::settings::{CurrentSettings, Settings};
use crate::store::{Store, Writer};

/// What all requests share. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The widget's files.
    pub bundle: Arc<Bundle>,
    /// The files of the releases before; none unless somebody keeps them.
    pub earlier: Arc<EarlierReleases>,
    /// The operator's feeds.
    pub feeds: Arc<Feeds>,
    /// Where sign-ups are kept.
    pub store: Arc<dyn Store>,
    /// Who writes them there.
    pub writer: Writer,
    /// What the operator has settled.
    pub settings: CurrentSettings,
    /// What this process runs on, as far as somebody has said it.
    pub installation: Arc<Installation>,
    /// How much anyone may ask for.
    pub limits: Arc<Limits>,
    /// The first pages that come with the tag.
    pub first_pages: Arc<FirstPages>,
    /// What has changed since the feed was read.
    pub live: Arc<Live>,
    /// What is new, for those who have asked to be told.
    pub recent: Arc<Recent>,
    /// Whose turn it is to have a page of initiatives made.
    pub turns: Arc<PageTurns>,
    /// Which receivers of messages are away at the moment, as far as this server has tried.
    pub circuit_breaker: Arc<CircuitBreaker>,
    /// What reads the feeds that strangers name.
    pub checks: FeedReader,
}

impl AppState {
    /// Starts the writer on that store. `checks` reads the feeds that strangers name.
    pub fn new(
        bundle: Bundle,
        feeds: Arc<Feeds>,
        store: Arc<dyn Store>,
        settings: Settings,
        checks: FeedReader,
    ) -> Self {
        let writer = Writer::start(store.clone(), settings.batch.unwrap_or(Writer::BATCH));
        let limits = Arc::new(Limits::new(&settings.robots));
        let bundle = Arc::new(bundle);
        let live = Arc::new(Live::new(feeds.clone(), store.clone()));
        let first_pages = Arc::new(FirstPages::new(
            bundle.clone(),
            feeds.clone(),
            limits.clone(),
            live.clone(),
            [settings.propose(), settings.report()],
        ));
        let (earlier, turns, recent, settings) =
            (Arc::default(), Arc::default(), Arc::default(), CurrentSettings::new(settings));
        Self {
            bundle,
            earlier,
            feeds,
            store,
            writer,
            settings,
            installation: Arc::default(),
            limits,
            first_pages,
            live,
            recent,
            turns,
            circuit_breaker: Arc::default(),
            checks,
        }
    }
}

// What is below the state in the crate takes its part of it, and does not know the whole.

impl FromRef<AppState> for Arc<Bundle> {
    fn from_ref(state: &AppState) -> Self {
        state.bundle.clone()
    }
}

impl FromRef<AppState> for Arc<EarlierReleases> {
    fn from_ref(state: &AppState) -> Self {
        state.earlier.clone()
    }
}

impl FromRef<AppState> for Arc<Feeds> {
    fn from_ref(state: &AppState) -> Self {
        state.feeds.clone()
    }
}

impl FromRef<AppState> for Arc<FirstPages> {
    fn from_ref(state: &AppState) -> Self {
        state.first_pages.clone()
    }
}

impl FromRef<AppState> for Arc<Limits> {
    fn from_ref(state: &AppState) -> Self {
        state.limits.clone()
    }
}

impl FromRef<AppState> for Arc<Live> {
    fn from_ref(state: &AppState) -> Self {
        state.live.clone()
    }
}

impl FromRef<AppState> for CurrentSettings {
    fn from_ref(state: &AppState) -> Self {
        state.settings.clone()
    }
}

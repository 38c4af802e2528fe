//! The pages of a published site, from the widget's own views, as a server's: each links to the others wherever the site is put.

use std::collections::BTreeMap;
use std::sync::Arc;

use alentour::app::encode;
use alentour::render::{Addresses, Config, Scene, ServedForm};
use alentour_model::{Catalog, Initiative};
use maud::{Markup, PreEscaped, html};

use super::Options;
use crate::accessibility::{Pages, statement};
use crate::document::{Head, Site, document};
use crate::initiatives::{article, no_form};
use crate::scene::{lasting, served};

/// The page with the widget.
pub const HOME: &str = "index.html";
/// The accessibility statement, and what it looks like: as a server's.
pub const STATEMENT: &str = "accessibility.html";
pub const STATEMENT_STYLE: &str = "accessibility.css";
/// The first page of the list of all.
const LIST: &str = "all.html";
/// Cards on a page of that list; a quarter as many of what is everywhere. A telephone shows them at once.
const CARDS: &str = "60";
/// From a page within a folder to the site's own.
const UP: &str = "../";
/// What files may do, as no header says it: show themselves in the site's style. There is no script that runs, and no form.
const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";

/// What the pages have in common.
pub struct PublishedPages<'a> {
    /// What to publish, and how.
    pub options: &'a Options,
    /// The site's name.
    pub name: &'a str,
    /// Path of the style sheet.
    pub style: Option<String>,
    /// The instant that they are true of (UTC seconds).
    pub now: i64,
}

impl PublishedPages<'_> {
    /// What stands around a page; `up` leads from it to the site's folder.
    fn site(&self, up: &str) -> Site {
        let texts = self.options.language.site();
        let home = [up, HOME].concat();
        Site {
            language: self.options.language,
            name: self.name.to_owned(),
            style: self.style.as_ref().map(|style| [up, style].concat()),
            policy: CONTENT_SECURITY.to_owned(),
            more: Markup::default(),
            footer: html! {
                nav {
                    a href=(home) { (texts.near) }
                    a href={ (up) (LIST) } { (texts.all) }
                    @if let Some(propose) = &self.options.propose {
                        a href=(propose) { (self.options.language.proposing().propose) }
                    }
                    a href={ (up) (STATEMENT) } { (self.options.language.accessibility().link) }
                }
            },
            home,
        }
    }

    fn scene(&self, catalog: Arc<Catalog>, pages: Addresses, form: ServedForm, page: usize) -> Scene {
        let language = self.options.language;
        let served = Some(Arc::new(served(language, pages, form, page)));
        let api = self.options.api.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
        let config = Config { served, api, limit: CARDS.to_owned(), ..Config::default() };
        lasting(language, self.now, catalog, config)
    }

    /// An initiative's page. Its form is on the page that the server of sign-ups has of it; without one, it says what is known.
    /// `others`: what else its organiser does, each with its file.
    pub fn initiative(&self, initiative: &Initiative, others: Vec<(Initiative, String)>) -> String {
        let language = self.options.language;
        let api = self.options.api.as_ref().map(|api| api.trim_end_matches('/'));
        let form = api.map(|api| format!("{api}/i/{}?lang={}", encode(&initiative.id), language.tag()));
        let form = form.filter(|_| initiative.participation.is_some());
        let said = || no_form::words(language, initiative, self.name, self.now);
        let form = form.map_or_else(|| ServedForm::Instead(said()), ServedForm::Elsewhere);
        let lists = vec![[UP, HOME].concat()];
        let files = others.iter().map(|(other, file)| (other.id.clone(), [UP, file].concat())).collect();
        let addresses = Addresses::Files { initiatives: Arc::new(files), lists };
        let all = [initiative.clone()].into_iter().chain(others.into_iter().map(|(other, _)| other));
        let catalog = Arc::new(Catalog::new(all.collect()));
        let mut scene = self.scene(catalog, addresses, form, 1);
        scene.opened = Some(initiative.id.clone());
        article::page(&self.site(UP), &scene, initiative, Default::default(), "")
    }

    /// The pages of the list of all that is not over, each with its file's name. `files`: the initiatives' own, by identifier.
    pub fn lists(&self, catalog: &Arc<Catalog>, files: BTreeMap<String, String>) -> Vec<(String, String)> {
        let initiatives = Arc::new(files);
        let scene = |lists: &[String], page| {
            let addresses = Addresses::Files { initiatives: Arc::clone(&initiatives), lists: lists.to_vec() };
            self.scene(Arc::clone(catalog), addresses, ServedForm::default(), page)
        };
        let count = scene(&[], 1).result_pages();
        let names: Vec<_> = (1..=count).map(list).collect();
        let site = self.site("");
        let texts = self.options.language.site();
        let head = Head { title: texts.all, ..Head::default() };
        let page = |page| {
            let list = scene(&names, page).results().html();
            site.page(&head, &html! { h2 { (texts.all) } (PreEscaped(list)) })
        };
        (1..=count).map(|number| (list(number), page(number))).collect()
    }

    /// The accessibility statement.
    pub fn statement(&self) -> String {
        let (language, site) = (self.options.language, self.site(""));
        let title = language.accessibility().title;
        let forms = self.options.api.as_deref().map(|api| api.trim_end_matches('/'));
        let head = html! {
            meta http-equiv="Content-Security-Policy" content=(site.policy);
            title { (title) " – " (site.name) }
            link rel="stylesheet" href=(STATEMENT_STYLE);
        };
        let body = html! {
            body {
                a.skip href="#content" { (language.organising().skip) }
                header { a href=(site.home) { bdi { (site.name) } } }
                main id="content" { (statement(language, &self.options.publisher, Pages::Published(forms))) }
                footer { (site.footer) }
            }
        };
        document(language, &head, &body)
    }

    /// The page with the widget.
    pub fn home(&self) -> String {
        let api = self.options.api.as_deref();
        let origin =
            api.and_then(|api| url::Url::parse(api).ok()).map(|url| url.origin().ascii_serialization());
        let origin = origin.filter(|origin| origin != "null").unwrap_or_default();
        // The widget is a script and WebAssembly from here, and asks here and the server of sign-ups; its styles are made by it.
        let policy = format!(
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; \
            script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {origin}"
        );
        let site = Site { policy: policy.trim_end().to_owned(), ..self.site("") };
        let content = html! {
            p.alentour-fallback { a href=(LIST) { (self.options.language.site().all) } }
            script async src="v1/alentour.js" data-api=[api] {}
        };
        site.page(&Head { title: self.name, ..Head::default() }, &content)
    }
}

/// The file of a page of the list, from 1.
fn list(page: usize) -> String {
    if page == 1 { LIST.to_owned() } else { format!("all-{page}.html") }
}

//! The pages for those who organise, as browsers ask for them.

mod accounts;
mod call_off;
mod draft;
mod edit;
mod feeds;
mod figures;
mod first_run;
mod gate;
mod gone;
mod health;
mod hidden;
mod initiatives;
mod outbox;
mod people;
mod second_factor;
mod settings;
mod sign_in;
mod team;
mod venue;
mod write;

use alentour_model::EmailAddress;
use alentour_server::store::{Account, Deed, Role, TrailEntry, random_token};
use reqwest::redirect::Policy;
use serde_json::json;

use crate::app::App;
use crate::outbox::now;

/// What a browser got.
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub cookie: Option<String>,
    pub body: String,
}

/// A browser, which keeps the one cookie that there is.
pub struct Browser {
    address: String,
    client: reqwest::Client,
    /// Name and value, as it sends them.
    pub cookie: Option<String>,
    /// What its forms carry.
    pub csrf: String,
}

impl Browser {
    pub fn new(app: &App) -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { address: app.address.clone(), client, cookie: None, csrf: String::new() }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        let response = request.send().await.unwrap();
        let said = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (location, cookie) = (said("location").unwrap_or_default(), said("set-cookie"));
        if let Some(cookie) = &cookie {
            let pair = cookie.split(';').next().unwrap().to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
        }
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        if let Some((_, rest)) = body.split_once(r#"name="csrf" value=""#) {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        Answer { status, location, cookie, body }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.address));
        self.send(request).await
    }

    /// Sends a form from a page of this server's, with what such forms carry.
    pub async fn submit(&mut self, path: &str, fields: &str) -> Answer {
        let body = format!("csrf={}&{fields}", self.csrf);
        self.post(path, body, "same-origin").await
    }

    /// Sends a form from a page of that site's.
    pub async fn post(&mut self, path: &str, body: String, site: &str) -> Answer {
        let request = self.client.post(format!("{}{path}", self.address)).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(request.header("sec-fetch-site", site)).await
    }

    /// Signs in by a link that nobody has mailed.
    pub async fn enter(&mut self, app: &App, account: &Account) {
        let token = random_token().unwrap();
        let hash = app.store.secret().token_hash(&token);
        app.store.create_sign_in_link(&hash, &account.account_h, now() + 900).await.unwrap();
        let answer = self.post(&format!("/organise/in/{token}"), String::new(), "same-origin").await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/organise?lang=fr"), "{}", answer.body);
        // Where its forms say what they carry.
        self.get("/organise/account").await;
    }
}

/// An account.
pub async fn account(app: &App, email: &str, is_operator: bool) -> Account {
    let email = EmailAddress::parse(email).unwrap();
    let entry = TrailEntry::by_hand("", Deed::Account, json!({}), now());
    app.store.keep_account(&email, "", "fr", is_operator, &entry).await.unwrap()
}

/// A browser that is signed in as somebody with that role, with one initiative.
pub async fn signed_in(app: &App, email: &str, initiative: &str, role: Option<Role>) -> Browser {
    let account = account(app, email, false).await;
    let entry = TrailEntry::by_hand(initiative, Deed::Role, json!({}), now());
    app.store.set_role(&account.id, initiative, role, &entry).await.unwrap();
    let mut browser = Browser::new(app);
    browser.enter(app, &account).await;
    browser
}

/// Waits until a page has that, or has it no more; what it says then.
pub async fn until_page(browser: &mut Browser, path: &str, part: &str, is_there: bool) -> String {
    for _ in 0..600 {
        let body = browser.get(path).await.body;
        if body.contains(part) == is_there {
            return body;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{path}: {part} ({is_there})");
}

/// A text as a form sends it.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A browser that is signed in as who runs the installation.
pub async fn operating(app: &App) -> Browser {
    let account = account(app, "operatrice@example.org", true).await;
    let mut browser = Browser::new(app);
    browser.enter(app, &account).await;
    browser
}

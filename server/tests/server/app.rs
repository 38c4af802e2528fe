//! A server for one test: port 0, a fresh database, a feed and a bundle of its own.

use std::path::PathBuf;
use std::time::Duration;

use alentour_server::bundle::Bundle;
use alentour_server::feeds::{Feeds, Fetcher, Source};
use alentour_server::state::AppState;
use alentour_server::store::Sqlite;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;

/// A running server. Its files go when it does.
pub struct App {
    pub address: String,
    pub folder: TempDir,
    pub client: reqwest::Client,
}

/// The feed that tests start with: a workshop of five seats, a petition, and one that is over.
pub fn feed() -> Value {
    let participation = json!({
        "way": "rsvp", "partySize": 3, "telephone": "optional", "message": "optional",
        "questions": [{ "id": "niveau", "label": "Niveau", "type": "text" }],
        "consents": [
            { "id": "contact", "version": "2026-09", "text": "J’accepte d’être contacté·e.", "purpose": "contact", "required": true },
            { "id": "lettre", "version": "1", "text": "J’aimerais recevoir la lettre.", "purpose": "newsletter" },
        ],
    });
    json!({
        "alentour": "1", "name": "Essai", "inLanguage": "fr",
        "initiatives": [
            {
                "id": "atelier", "name": "Atelier", "kind": "gathering", "participation": participation,
                "sessions": [
                    { "id": "samedi", "startDate": "2099-05-02T14:00:00+02:00", "maximumAttendeeCapacity": 5 },
                    { "id": "dimanche", "startDate": "2099-05-03T14:00:00+02:00" },
                ],
            },
            { "id": "petition", "name": "Pétition", "kind": "petition", "participation": participation },
            { "id": "fini", "name": "Fini", "participation": participation, "endDate": "2020-01-01" },
            { "id": "vitrine", "name": "Vitrine" },
        ],
    })
}

/// A form for the petition that nothing is wrong with.
pub fn form(email: &str) -> Value {
    json!({
        "initiative": "petition", "partySize": 1, "givenName": "Zoé", "familyName": "Mbarek", "email": email, "language": "fr",
        "consents": [{ "id": "contact", "version": "2026-09", "text": "J’accepte d’être contacté·e." }],
    })
}

/// The same for a seat in the workshop.
pub fn seat(email: &str) -> Value {
    let mut form = form(email);
    form["initiative"] = json!("atelier");
    form["session"] = json!("samedi");
    form
}

/// An idempotency key like a widget's.
pub fn key(name: &str) -> String {
    format!("{name}-0123456789abcdef")
}

impl App {
    /// A server with [`feed`].
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("feed.json"), feed().to_string()).unwrap();
        let source = Source::File(folder.path().join("feed.json"));
        Self::start_with(folder, vec![source]).await
    }

    /// A server with those feeds, on the files in that folder.
    pub async fn start_with(folder: TempDir, sources: Vec<Source>) -> Self {
        let store = Sqlite::open(&database(&folder), None).await.unwrap();
        let feeds = Feeds::watch(sources, Fetcher::new(true), Duration::from_secs(1)).await;
        let state = AppState::new(Bundle::Directory(folder.path().join("dist")), feeds, store);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, alentour_server::app(state)).await });
        Self { address, folder, client: reqwest::Client::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(format!("{}{path}", self.address)).send().await.unwrap()
    }

    /// Sends a form as the widget does.
    pub async fn post(&self, key: &str, form: &Value) -> (u16, String) {
        post(&self.client, &self.address, key, form).await.unwrap()
    }

    /// The database, to look behind the server's back.
    pub async fn database(&self) -> SqlitePool {
        open(&self.folder).await
    }

    /// The one number that a query gives.
    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.database().await).await.unwrap()
    }
}

pub fn database(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("signups.db").display())
}

pub async fn open(folder: &TempDir) -> SqlitePool {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(folder.path().join("signups.db")))
        .await
        .unwrap()
}

/// Sends a form as the widget does; the error is the network's.
pub async fn post(
    client: &reqwest::Client,
    address: &str,
    key: &str,
    form: &Value,
) -> Result<(u16, String), reqwest::Error> {
    let request = client.post(format!("{address}/signups")).header("idempotency-key", key);
    let response = request.header("origin", "https://asso.example").json(form).send().await?;
    Ok((response.status().as_u16(), response.text().await?))
}

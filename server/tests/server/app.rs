//! A server for one test: port 0, a fresh database, a feed and a bundle of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use alentour_formats::Columns;
use alentour_server::bundle::Bundle;
use alentour_server::catalogue::Home;
use alentour_server::feeds::{FeedReader, Feeds, Source};
use alentour_server::http::listen::{self, ConnectionLimits};
use alentour_server::sandbox::Sandbox;
use alentour_server::settings::{Robots, Settings};
use alentour_server::state::AppState;
use alentour_server::store::{
    Confirmation, Digest, Secret, SecretSource, SignUpRecord, Store, postgres, sqlite,
};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;

/// A running server. Its files go when it does.
pub struct App {
    pub address: String,
    pub folder: TempDir,
    pub client: reqwest::Client,
    pub store: Arc<dyn Store>,
    pub state: AppState,
}

/// Settings of a server that mails, though nothing is delivered where no one delivers.
pub const MAILING: &str = r#"
    public-url = "https://agir.example.org"
    [mail]
    smtp = "smtp://127.0.0.1:1"
    from = "Agir <bonjour@example.org>"
"#;

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
            { "id": "petition", "name": "Pétition", "kind": "petition", "sensitive": false, "participation": participation },
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
        Self::start_settled("").await
    }

    /// A server with [`feed`] and those settings (TOML).
    pub async fn start_settled(settings: &str) -> Self {
        Self::start_announcing(feed(), settings).await
    }

    /// A server with that feed and those settings (TOML).
    pub async fn start_announcing(feed: Value, settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = on_sqlite(&folder).await;
        Self::start_storing(store, folder, feed, settings).await
    }

    /// A server with that store, feed and settings.
    pub async fn start_storing(store: Arc<dyn Store>, folder: TempDir, feed: Value, settings: &str) -> Self {
        std::fs::write(folder.path().join("feed.json"), feed.to_string()).unwrap();
        let source = Source::File(folder.path().join("feed.json"));
        Self::start_on(store, folder, vec![source], settings).await
    }

    /// A server with those feeds, on the files in that folder.
    pub async fn start_with(folder: TempDir, sources: Vec<Source>) -> Self {
        let store = on_sqlite(&folder).await;
        Self::start_on(store, folder, sources, "").await
    }

    async fn start_on(store: Arc<dyn Store>, folder: TempDir, sources: Vec<Source>, settings: &str) -> Self {
        // Tests of what robots meet ask for it themselves.
        let mut settings = Settings::parse(settings).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_alentour"));
        let reader = FeedReader {
            sandbox: Sandbox::new(program, settings.reading.profile()),
            allow_private: true,
            columns: Columns::default(),
        };
        let feeds = Feeds::watch(
            sources,
            Some(store.clone()),
            reader,
            Duration::from_secs(1),
            Home::at(&folder.path().join("catalogue")).unwrap(),
        )
        .await;
        if settings.robots == Robots::default() {
            settings.robots = Robots { work: 0, fill_seconds: 0, per_address: 0, ..Robots::default() };
        }
        let bundle = Bundle::Directory(folder.path().join("dist"));
        let checks = FeedReader::for_strangers(program, false);
        let state = AppState::new(bundle, feeds, store.clone(), settings, checks);
        let address = serve(state.clone()).await;
        Self { address, folder, client: reqwest::Client::new(), store, state }
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

    /// An initiative's sign-ups, as its organiser gets them.
    pub async fn signups(&self, initiative: &str) -> Vec<SignUpRecord> {
        self.store.page(initiative, None).await.unwrap().0
    }

    /// Confirms all that waits for the address of a link, newest first, as its page's buttons do.
    pub async fn confirm(&self, hash: &Digest) -> Vec<Confirmation> {
        let now = jiff::Timestamp::now().as_second();
        let link = self.store.link(hash, now).await.unwrap().unwrap();
        let mut all = Vec::new();
        for waiting in self.store.waiting(&link.email_h, now).await.unwrap() {
            let sinks = self.state.settings.sinks_of(&waiting.attempt.initiative);
            let sinks: Vec<_> = sinks.map(|sink| sink.name.clone()).collect();
            all.push(self.store.confirm(hash, &waiting.attempt.id, &sinks, &[], now).await.unwrap());
        }
        all
    }

    /// The one number that a query gives.
    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.database().await).await.unwrap()
    }
}

/// Serves that on a port of its own; the address.
pub async fn serve(state: AppState) -> String {
    let limits = ConnectionLimits::public(&state.settings.robots);
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopping) = tokio::sync::watch::channel(());
    tokio::spawn(async move {
        listen::serve(listener, alentour_server::app(state), limits, stopping).await;
        drop(stop);
    });
    address
}

/// The secret of the tests' databases.
pub const SECRET: &str = "the secret of the tests";

/// The secret of the tests' databases, as stores take it.
pub fn secret() -> SecretSource {
    SecretSource::Given(Secret::new(SECRET))
}

/// A SQLite database in that folder.
pub async fn on_sqlite(folder: &TempDir) -> Arc<dyn Store> {
    sqlite::open(&database(folder), &secret()).await.unwrap()
}

/// A PostgreSQL database of its own.
pub async fn on_postgres() -> Arc<dyn Store> {
    postgres::open(&postgres_database().await, &secret()).await.unwrap()
}

/// The address of a new database on the tests' PostgreSQL.
pub async fn postgres_database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("ALENTOUR_TEST_POSTGRES")
        .expect("run `cargo xtask test`, or `cargo xtask postgres` and set what it says");
    let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
    let (start, _) = server.rsplit_once('/').unwrap();
    format!("{start}/{name}")
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

//! `alentour tokens`.

use std::io::Write;

use clap::Subcommand;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use super::json;
use crate::api;
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::outbox::event::time;
use crate::store::{ApiToken, Deed, Scope, TrailEntry, random_id};

/// Arguments of `alentour tokens`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour tokens`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token, by which a program acts for an account. Says it, this once: only a hash of it is kept
    Create {
        /// The account's id, as `alentour accounts list` says it
        account: String,
        /// What it is called in the trail: the name of a program
        #[arg(long)]
        name: String,
        /// What it is good for, as often as wanted: initiatives:read, initiatives:write, signups:read
        #[arg(long, required = true, value_parser = scope)]
        scope: Vec<Scope>,
        /// The one initiative that it is for; all that its account may, where none is said
        #[arg(long, default_value = "")]
        initiative: String,
        /// Days that it is good for
        #[arg(long, default_value_t = ApiToken::DAYS, value_parser = clap::value_parser!(u32).range(1..=i64::from(ApiToken::DAYS)))]
        days: u32,
    },
    /// Show the tokens, but for what is sent
    List {
        /// Those of that account, by its id
        #[arg(long)]
        account: Option<String>,
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a token good no more
    Revoke {
        /// The token's id, as `list` says it
        token: String,
    },
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word).ok_or_else(|| format!("say one of {}", Scope::ALL.map(Scope::as_str).join(", ")))
}

impl Args {
    /// Makes, shows or revokes tokens.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut (impl Write + Send)) -> Result<(), CommandError> {
        logs::start_for_command();
        let store = self.database.open(OpenMode::MustExist).await?;
        let now = jiff::Timestamp::now().as_second();
        match &self.action {
            Action::Create { account, name, scope, initiative, days } => {
                let name = ApiToken::named(name).ok_or_else(|| {
                    format!("the name is to be a line of {} characters at most", ApiToken::LONGEST_NAME)
                })?;
                let no_randomness = |_| "the system has no randomness";
                let secret = api::new_token().map_err(no_randomness)?;
                let token = ApiToken {
                    id: random_id().map_err(no_randomness)?,
                    account: account.clone(),
                    name: name.to_owned(),
                    scopes: scope.clone(),
                    initiative: initiative.clone(),
                    created_at: now,
                    expires_at: now + i64::from(*days) * 86_400,
                    used_at: None,
                };
                let hash = api::digest(store.secret(), &secret);
                let entry = TrailEntry::by_hand(initiative, Deed::TokenMade, json!({}), now);
                if !store.create_api_token(&hash, &token, &entry).await? {
                    return Err(format!(
                        "{account}: no such account, or it has {} tokens already (see alentour accounts list)",
                        ApiToken::MOST
                    )
                    .into());
                }
                security::account_changed("token");
                Ok(writeln!(out, "{secret}")?)
            }
            Action::List { account, json } => {
                let all = store.api_tokens(account.as_deref()).await?;
                if *json {
                    return json::write(all.iter().map(object), out);
                }
                for token in &all {
                    let scopes = scopes(token).join(",");
                    let until = time(token.expires_at);
                    writeln!(
                        out,
                        "{}  {}  {}  {scopes}  until {until}  {}",
                        token.id, token.account, token.name, token.initiative
                    )?;
                }
                Ok(())
            }
            Action::Revoke { token } => {
                let entry = TrailEntry::by_hand("", Deed::TokenRevoked, json!({}), now);
                if !store.revoke_api_token(None, token, &entry).await? {
                    return Err(format!("{token}: no such token (see alentour tokens list)").into());
                }
                security::account_changed("token");
                Ok(())
            }
        }
    }
}

fn scopes(token: &ApiToken) -> Vec<&'static str> {
    token.scopes.iter().map(|scope| scope.as_str()).collect()
}

fn object(token: &ApiToken) -> Value {
    json!({
        "id": token.id,
        "account": token.account,
        "name": token.name,
        "scopes": scopes(token),
        "initiative": Some(&token.initiative).filter(|id| !id.is_empty()),
        "createdAt": time(token.created_at),
        "expiresAt": time(token.expires_at),
        "usedOn": token.used_at.map(time),
    })
}

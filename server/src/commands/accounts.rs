//! `alentour accounts`.

use std::io::{Read, Write};
use std::path::PathBuf;

use alentour_model::EmailAddress;
use alentour_texts::Language;
use clap::Subcommand;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use super::{given, json};
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::outbox::event::time;
use crate::settings::Settings;
use crate::store::{Account, Deed, Holder, Role, Store, StoreError, TrailEntry, random_token};

/// Arguments of `alentour accounts`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour accounts`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Make an account, or change it. Its e-mail address is read from standard input: it is in no history and no list of processes
    Keep {
        /// How others who organise know them
        #[arg(long, default_value = "")]
        name: String,
        /// In which language they are written to
        #[arg(long, default_value = "fr", value_parser = language)]
        language: String,
        /// Let it run the installation: it may do everything with each initiative
        #[arg(long)]
        operator: bool,
    },
    /// Show the accounts, and what they may do
    List {
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Let an account organise an initiative, help with it, or do nothing with it
    Role {
        /// The account's id, as `list` says it
        account: String,
        /// Identifier of the initiative
        initiative: String,
        /// organiser, helper, or none
        #[arg(value_parser = role)]
        role: RoleArg,
    },
    /// Let an account sign in without its second factor, whose telephone and codes are lost
    ForgetSecondFactor {
        /// The account's id, as `list` says it
        account: String,
    },
    /// Say a link that signs somebody in, once, for 15 minutes: for whoever does not get the mails that have one
    Link {
        /// The account's id, as `list` says it, or its e-mail address
        account: String,
        /// File of settings: its `public-url` is what the link begins with
        #[arg(long, env = "ALENTOUR_SETTINGS", value_name = "FILE.toml")]
        settings: Option<PathBuf>,
    },
    /// Remove an account, with all that it may do
    Remove {
        /// The account's id, as `list` says it
        account: String,
    },
}

/// A role, or none.
#[derive(Clone, Copy, Debug)]
struct RoleArg(Option<Role>);

fn role(word: &str) -> Result<RoleArg, String> {
    match (Role::parse(word), word) {
        (Some(role), _) => Ok(RoleArg(Some(role))),
        (None, "none") => Ok(RoleArg(None)),
        _ => Err("say organiser, helper, or none".into()),
    }
}

fn language(tag: &str) -> Result<String, String> {
    let tags: Vec<_> = Language::ALL.iter().map(|language| language.tag()).collect();
    match Language::parse(tag) {
        Some(language) => Ok(language.tag().to_owned()),
        None => Err(format!("say one of {}", tags.join(", "))),
    }
}

impl Args {
    /// Makes, shows, changes or removes accounts.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(
        &self,
        input: &mut (impl Read + Send),
        out: &mut (impl Write + Send),
    ) -> Result<(), CommandError> {
        logs::start_for_command();
        let mode = match self.action {
            Action::Keep { .. } => OpenMode::CreateIfMissing,
            _ => OpenMode::MustExist,
        };
        let store = self.database.open(mode).await?;
        let by_hand = |initiative: &str, deed, detail| {
            TrailEntry::by_hand(initiative, deed, detail, jiff::Timestamp::now().as_second())
        };
        match &self.action {
            Action::Keep { name, language, operator } => {
                if name.chars().count() > Holder::LONGEST_NAME || name.chars().any(char::is_control) {
                    return Err(format!(
                        "the name has more than {} characters, or some that nobody types",
                        Holder::LONGEST_NAME
                    )
                    .into());
                }
                let email = given::address(input)?;
                let entry = by_hand("", Deed::Account, json!({ "operator": operator }));
                let account = store.keep_account(&email, name, language, *operator, &entry).await?;
                security::account_changed("kept");
                Ok(writeln!(out, "{}", account.id)?)
            }
            Action::List { json } => list(&*store, *json, out).await,
            Action::Role { account, initiative, role } => {
                let entry = by_hand(initiative, Deed::Role, json!({}));
                let RoleArg(role) = *role;
                if !store.set_role(account, initiative, role, &entry).await? {
                    return Err(format!(
                        "{account} {initiative}: nothing to change (see alentour accounts list)"
                    )
                    .into());
                }
                security::account_changed("role");
                Ok(())
            }
            Action::ForgetSecondFactor { account } => {
                let entry = by_hand("", Deed::SecondFactorEnded, json!({}));
                if !store.end_second_factor(account, None, &entry).await? {
                    return Err(format!(
                        "{account}: no such account, or it has none (see alentour accounts list)"
                    )
                    .into());
                }
                security::account_changed("second factor");
                Ok(())
            }
            Action::Link { account, settings } => {
                let settings = settings.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
                let link = link(&*store, account, &settings).await?;
                security::account_changed("link");
                Ok(writeln!(out, "{link}")?)
            }
            Action::Remove { account } => {
                if !store.remove_account(account, &by_hand("", Deed::AccountRemoved, json!({}))).await? {
                    return Err(format!("{account}: no such account (see alentour accounts list)").into());
                }
                security::account_changed("removed");
                Ok(())
            }
        }
    }
}

/// Seconds that a link is good for: as long as a mailed one.
const LINK: i64 = 15 * 60;

/// Makes a link that signs an account in, by its id or its address. A second factor is asked beside it as beside a mailed one.
async fn link(store: &dyn Store, name: &str, settings: &Settings) -> Result<String, CommandError> {
    let account = match EmailAddress::parse(name) {
        Some(email) => store.account(&store.secret().email_h(&email)).await?,
        None => store.accounts().await?.into_iter().find(|account| account.id == name),
    };
    // An address is repeated nowhere: not even here.
    let account = account.ok_or("no such account (see alentour accounts list)")?;
    let now = jiff::Timestamp::now().as_second();
    let entry = TrailEntry::by_hand("", Deed::LinkMade, json!({ "about": account.id }), now);
    store.note(&entry).await?;
    let token = random_token().map_err(StoreError::from)?;
    let hash = store.secret().token_hash(&token);
    store.create_sign_in_link(&hash, &account.account_h, now + LINK).await?;
    let base = settings.public_address().unwrap_or("http://127.0.0.1:8080");
    Ok(format!("{base}/organise/in/{token}?lang={}", account.language))
}

async fn list(store: &dyn Store, json: bool, out: &mut (impl Write + Send)) -> Result<(), CommandError> {
    let mut all = Vec::new();
    for account in store.accounts().await? {
        let roles = store.roles(&account.account_h).await?;
        all.push((account, roles));
    }
    if json {
        return json::write(all.iter().map(object), out);
    }
    for (account, roles) in &all {
        let operator = if account.is_operator { "  operator" } else { "" };
        let Holder { email, name, .. } = &account.holder;
        writeln!(out, "{}  {email}  {name}{operator}", account.id)?;
        for (initiative, role) in roles {
            writeln!(out, "    {}  {initiative}", role.as_str())?;
        }
    }
    Ok(())
}

fn object((account, roles): &(Account, Vec<(String, Role)>)) -> Value {
    json!({
        "id": account.id,
        "email": account.holder.email,
        "name": account.holder.name,
        "language": account.language,
        "operator": account.is_operator,
        "secondFactor": account.holder.second_factor().is_some(),
        "createdAt": time(account.created_at),
        "roles": roles.iter().map(|(initiative, role)| json!({ "initiative": initiative, "role": role.as_str() })).collect::<Vec<_>>(),
    })
}

//! `alentour venue`.

use std::io::Write;

use clap::Subcommand;
use serde_json::{Value, json};

use super::database::{DatabaseArgs, OpenMode};
use super::json;
use crate::error::CommandError;
use crate::observability::{logs, security};
use crate::outbox::event::time;
use crate::store::{Deed, KnownSession, Meeting, TrailEntry, Venue};

/// Arguments of `alentour venue`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    action: Action,
}

/// Subcommands of `alentour venue`.
#[derive(Debug, Subcommand)]
enum Action {
    /// Say where participants meet, and tell those who have a seat by mail. Says how many mails that were
    Set {
        /// Identifier of the initiative
        initiative: String,
        /// The date's name, where this date alone is held there
        #[arg(long, default_value = "")]
        session: String,
        /// The place in words
        #[arg(long, default_value = "")]
        text: String,
        /// The address of an online meeting
        #[arg(long, default_value = "")]
        link: String,
    },
    /// Say what participants are told
    Show {
        /// Identifier of the initiative
        initiative: String,
        /// Say it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell it nobody any more who has not been told
    Clear {
        /// Identifier of the initiative
        initiative: String,
        /// The date's name, where it is about this date alone
        #[arg(long, default_value = "")]
        session: String,
    },
}

impl Args {
    /// Says where participants meet, or what they are told. A server that runs sends the mails; else the next one does.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub async fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        logs::start_for_command();
        let store = self.database.open(OpenMode::MustExist).await?;
        let now = jiff::Timestamp::now().as_second();
        let entry = |initiative: &str| TrailEntry::by_hand(initiative, Deed::Venue, json!({}), now);
        match &self.action {
            Action::Set { initiative, session, text, link } => {
                let meeting = Meeting::parse(text, link)?;
                let told = store.set_venue(initiative, session, &meeting, &entry(initiative)).await?;
                security::venue_changed(initiative, told);
                let gone = store.gone_sessions(now).await?;
                let is_meant = |name: &str| session.is_empty() || name == session;
                for (id, KnownSession { session: name, .. }, _) in &gone {
                    if id == initiative && is_meant(name) {
                        eprintln!(
                            "alentour: {id} {name}: this date has left the feed, its people are not told"
                        );
                    }
                }
                Ok(writeln!(out, "{told}")?)
            }
            Action::Show { initiative, json } => {
                let all = store.venues(initiative).await?;
                security::venue_shown(initiative);
                show(&all, *json, out)
            }
            Action::Clear { initiative, session } => {
                if !store.clear_venue(initiative, session, &entry(initiative)).await? {
                    return Err(format!(
                        "{initiative} {session}: nothing was said (see alentour venue show)"
                    )
                    .into());
                }
                security::venue_changed(initiative, 0);
                Ok(())
            }
        }
    }
}

fn show(all: &[Venue], json: bool, out: &mut impl Write) -> Result<(), CommandError> {
    if json {
        return json::write(all.iter().map(object), out);
    }
    for Venue { session, meeting, .. } in all {
        let session = if session.is_empty() { "*" } else { session };
        writeln!(out, "{session}  {}  {}", meeting.line(", "), meeting.link)?;
    }
    Ok(())
}

fn object(venue: &Venue) -> Value {
    json!({
        "session": venue.session,
        "text": venue.meeting.text,
        "link": venue.meeting.link,
        "changedAt": time(venue.changed_at),
    })
}

//! kill -9, again and again, while people sign up.

use std::path::Path;

use super::server::{Folder, Place, SETTINGS, Server, free_port};
use super::visitors::Crowd;

/// How often it is killed.
const ROUNDS: usize = 12;

/// Kills and starts it under load; then everything acknowledged must be stored, once, with one message in the outbox.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path, place: &Place) -> anyhow::Result<String> {
    let folder = Folder::new(SETTINGS)?;
    let (database, port) = (folder.database(place), free_port()?);
    let mut server = Server::start(binary, &folder, &database, port)?;
    let crowd = Crowd::start(&server.address, 16, "v");
    for round in 0..ROUNDS {
        // Not always at the same point of a batch.
        crowd.wait_for(60 + 37 * (round % 5))?;
        server.kill();
        server = Server::start(binary, &folder, &database, port)?;
    }
    crowd.wait_for(50)?;
    let told = crowd.finish();
    let shown = told.compare(binary, &database)?;
    let waiting = server.has_one_message_each()?;
    Ok(format!("killed {ROUNDS} times. {shown}; {waiting} messages in the outbox"))
}

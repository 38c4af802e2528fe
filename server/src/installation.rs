//! What this process runs on, for whoever runs it: said by the command that starts it.

use std::net::SocketAddr;
use std::path::PathBuf;

/// What this process runs on.
#[derive(Clone, Debug, Default)]
pub struct Installation {
    /// Where the secret is; `None`: in the environment.
    pub secret_file: Option<PathBuf>,
    /// The file of the database, where it is one.
    pub database_file: Option<PathBuf>,
    /// When it was started, UTC seconds.
    pub started_at: i64,
    /// Who is asked for names; `None`: whom the system asks.
    pub resolver: Option<SocketAddr>,
}

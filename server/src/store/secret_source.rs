//! Where the operator keeps the secret, and files that nobody else can read.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Secret;

/// Where the secret is. It belongs to the database, and is not in it.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// Given by the operator.
    Given(Secret),
    /// In that file; made there with a new database.
    File(PathBuf),
}

impl SecretSource {
    /// The secret; a new one if it may be new.
    pub fn settle(&self, may_be_new: bool) -> Result<Secret, String> {
        let path = match self {
            Self::Given(secret) => return Ok(secret.clone()),
            Self::File(path) => path,
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text.trim().to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_be_new => {
                let text = Secret::random_text().map_err(|error| error.to_string())?;
                write_private(path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
                text
            }
            Err(error) => {
                return Err(format!(
                    "its secret cannot be read ({}: {error}): put the file back, or nothing that people wrote can be read",
                    path.display()
                ));
            }
        };
        if text.len() < Secret::SHORTEST {
            return Err(format!("{}: shorter than {} characters", path.display(), Secret::SHORTEST));
        }
        Ok(Secret::new(text))
    }
}

/// Writes a secret into a file that its owner only can read, durably, before anything is stored that needs it.
///
/// # Errors
/// Where the file is there already, or cannot be written.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = create_private(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    sync_folder(path)
}

/// Makes the name of a file in its folder durable: after a power cut it might not be there otherwise.
///
/// # Errors
/// Those of the disk.
pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        std::fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Makes a file that is not there yet, readable by its owner only: SQLite gives its companions the same permissions.
///
/// # Errors
/// Where it is there, or cannot be made.
pub fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

//! Debian's packages that the environments are made of.

use std::path::Path;

use crate::debian;
use crate::process;

/// Each with a file of it.
const PACKAGES: &[(&str, &str)] = &[
    ("php-cli", "/usr/bin/php"),
    ("php-codesniffer", "/usr/bin/phpcs"),
    ("mariadb-server", "/usr/sbin/mariadbd"),
    ("mariadb-client", "/usr/bin/mariadb"),
    ("wordpress", "/usr/share/wordpress/wp-load.php"),
    ("wordpress-l10n", "/usr/share/wordpress/wp-content/languages/fr_FR.mo"),
    ("wordpress-theme-twentytwentyone", "/usr/share/wordpress/wp-content/themes/twentytwentyone/index.php"),
    (
        "wordpress-theme-twentytwentythree",
        "/usr/share/wordpress/wp-content/themes/twentytwentythree/theme.json",
    ),
    ("mediawiki", "/usr/share/mediawiki/index.php"),
    ("dokuwiki", "/usr/share/dokuwiki/doku.php"),
    ("libjs-mootools", "/usr/share/javascript/mootools/mootools.js"),
    ("libjs-prototype", "/usr/share/javascript/prototype/prototype.js"),
    ("firefox-esr", "/usr/bin/firefox-esr"),
    ("webkit2gtk-driver", "/usr/bin/WebKitWebDriver"),
    ("xvfb", "/usr/bin/xvfb-run"),
];

/// PHP's modules, each with its name in PHP.
const MODULES: &[(&str, &str)] = &[
    ("php-mysql", "mysqli"),
    ("php-sqlite3", "pdo_sqlite"),
    ("php-xml", "dom"),
    ("php-mbstring", "mbstring"),
    ("php-intl", "intl"),
    ("php-curl", "curl"),
];

/// Installs those that are missing.
///
/// # Errors
/// Names what to install where we may not.
pub fn ensure() -> anyhow::Result<()> {
    let missing = missing();
    let by_hand = format!("as root: apt-get install --no-install-recommends {}", missing.join(" "));
    debian::ensure("content managers, libraries and browsers", &missing, &by_hand, || {
        self::missing().is_empty().then_some(())
    })
}

fn missing() -> Vec<&'static str> {
    let files = PACKAGES.iter().filter(|(_, file)| !Path::new(file).exists());
    let mut php = process::command("php");
    let modules = process::output(php.arg("-m"), "").unwrap_or_default().to_lowercase();
    let modules = MODULES.iter().filter(|(_, module)| !modules.lines().any(|line| line == *module));
    files.chain(modules).map(|(package, _)| *package).collect()
}

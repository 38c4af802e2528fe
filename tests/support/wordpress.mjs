// A fresh WordPress, in French: Debian's files, a database of its own, PHP's own server.

import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariaDb } from './mariadb.mjs';
import { freePort, run, servePhp } from './programs.mjs';

const DEBIAN = '/usr/share/wordpress';
export const PASSWORD = 'un mot de passe';

const config = (url, socket) => `<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:${socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'WP_HOME', '${url}' );
define( 'WP_SITEURL', '${url}' );
define( 'WPLANG', 'fr_FR' );
define( 'FS_METHOD', 'direct' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', __DIR__ . '/debug.log' );
define( 'SCRIPT_DEBUG', false );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
// Nobody is asked but servers of this test.
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
foreach ( array( 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT' ) as $key ) {
	define( $key, 'of this test: ' . $key );
}
$table_prefix = 'wp_';
require_once __DIR__ . '/wp-settings.php';
`;

const install = `<?php
define( 'WP_INSTALLING', true );
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter( 'pre_wp_mail', '__return_true' );
wp_install( 'Les voisins du septième', 'admin', 'admin@example.org', true, '', '${PASSWORD}', 'fr_FR' );
foreach ( array( 'author', 'editor' ) as $role ) {
	$user = wp_insert_user( array( 'user_login' => $role, 'user_pass' => '${PASSWORD}', 'user_email' => "$role@example.org", 'role' => $role ) );
	// The guide of the block editor stands in the way of everything.
	update_user_meta( $user, 'wp_persisted_preferences', array( 'core/edit-post' => array( 'welcomeGuide' => false ), '_modified' => '2026-01-01T00:00:00Z' ) );
}
update_user_meta( 1, 'wp_persisted_preferences', array( 'core/edit-post' => array( 'welcomeGuide' => false ), '_modified' => '2026-01-01T00:00:00Z' ) );
`;

/** What stands for the Classic Editor plugin, which Debian does not have: browsers that carry the cookie `classic` get that editor. */
const classic = `<?php
add_filter( 'use_block_editor_for_post', function ( $use ) {
	return $use && ! isset( $_COOKIE['classic'] );
}, 100 );
`;

/** Installs one and serves it, in a theme without blocks: switch to `twentytwentythree` for one of blocks. */
export async function startWordPress() {
  const folder = await mkdtemp(join(tmpdir(), 'alentour-wordpress-'));
  const site = join(folder, 'site');
  await copy(site);
  await mkdir(join(folder, 'mariadb'));
  const database = await startMariaDb(join(folder, 'mariadb'));
  const port = await freePort();
  const wordpress = new WordPress(folder, site, database, `http://127.0.0.1:${port}`);
  try {
    await database.ask('CREATE DATABASE wordpress');
    await writeFile(join(site, 'wp-config.php'), config(wordpress.url, database.socket));
    await wordpress.php(install);
    await wordpress.php(`<?php require __DIR__ . '/wp-load.php'; switch_theme( 'twentytwentyone' );`);
    wordpress.server = await servePhp(site, { port });
  } catch (error) {
    await wordpress.stop();
    throw error;
  }
  return wordpress;
}

/** Debian's files without its configuration, with one language: links become files, as WordPress.org packs it. */
async function copy(site) {
  for (const name of ['plugins', 'mu-plugins', 'uploads', 'upgrade']) await mkdir(join(site, 'wp-content', name), { recursive: true });
  await writeFile(join(site, 'wp-content/mu-plugins/classic.php'), classic);
  const names = (await readdir(DEBIAN)).filter((name) => !['wp-content', 'wp-config.php', '.htaccess'].includes(name));
  await run('cp', ['--recursive', '--dereference', ...names.map((name) => join(DEBIAN, name)), site]);
  await run('cp', ['--recursive', '--dereference', join(DEBIAN, 'wp-content/themes'), join(site, 'wp-content/themes')]);
  const languages = join(DEBIAN, 'wp-content/languages');
  const french = (await readdir(languages)).filter((name) => name.includes('fr_FR'));
  for (const name of french) await cp(join(languages, name), join(site, 'wp-content/languages', name));
}

class WordPress {
  constructor(folder, site, database, url) {
    Object.assign(this, { folder, site, database, url });
  }

  /** Runs a script in its folder, and gives what it printed. */
  async php(script) {
    const file = join(this.site, 'of-the-test.php');
    await writeFile(file, script);
    try {
      return await run('php', ['-d', 'display_errors=stderr', file], { env: { ...process.env, HTTP_HOST: new URL(this.url).host } });
    } finally {
      await rm(file);
    }
  }

  /** Runs PHP within WordPress. */
  ask(php) {
    return this.php(`<?php require __DIR__ . '/wp-load.php'; ${php}`);
  }

  /** Installs a plugin from its archive, and activates it. */
  install(archive, name) {
    return this.ask(`
      require ABSPATH . 'wp-admin/includes/file.php';
      require ABSPATH . 'wp-admin/includes/plugin.php';
      WP_Filesystem();
      $result = unzip_file( '${archive}', WP_PLUGIN_DIR );
      if ( true === $result ) {
        $result = activate_plugin( '${name}/${name}.php' );
      }
      if ( is_wp_error( $result ) ) {
        fwrite( STDERR, $result->get_error_message() );
        exit( 1 );
      }`);
  }

  /** Its version. */
  version() {
    return this.ask('echo $wp_version;');
  }

  /** What PHP has said, and WordPress of what is used wrongly. */
  async complaints() {
    const log = await readFile(join(this.site, 'debug.log'), 'utf8').catch(() => '');
    return log.split('\n').filter((line) => /plugins\/alentour|called .*incorrectly/.test(line));
  }

  /** Signs in as somebody. */
  async signIn(page, user) {
    await page.goto(this.url + '/wp-login.php');
    await page.locator('#user_login').fill(user);
    await page.locator('#user_pass').fill(PASSWORD);
    await page.locator('#wp-submit').click();
    await page.waitForURL(/wp-admin/);
  }

  async stop() {
    await this.server?.stop();
    await this.database.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

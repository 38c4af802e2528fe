// A fresh MediaWiki, in French, as its installer leaves it: Debian's files where they are, SQLite and settings in a folder.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, installed, run, servePhp } from './programs.mjs';

const DEBIAN = '/usr/share/mediawiki';
const PASSWORD = 'un mot de passe assez long';

/** Installs one and serves it. */
export async function startMediaWiki() {
  const folder = await mkdtemp(join(tmpdir(), 'alentour-mediawiki-'));
  const wiki = new MediaWiki(folder, await freePort());
  return installed(wiki);
}

class MediaWiki {
  constructor(folder, port) {
    Object.assign(this, { folder, port, url: `http://127.0.0.1:${port}` });
  }

  async install() {
    const data = join(this.folder, 'data');
    await mkdir(data);
    const options = { server: this.url, scriptpath: '', lang: 'fr', dbtype: 'sqlite', dbname: 'wiki', dbpath: data, pass: PASSWORD, confpath: this.folder };
    const given = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    // Not the settings of an installation on this machine.
    const env = { MW_CONFIG_FILE: join(this.folder, 'LocalSettings.php') };
    await run('php', [join(DEBIAN, 'maintenance/install.php'), ...given, 'Les voisins', 'Admin'], { cwd: this.folder, env: { ...process.env, ...env } });
    this.server = await servePhp(DEBIAN, { port: this.port, env });
    this.version = (await run('php', [join(DEBIAN, 'maintenance/version.php')], { env: { ...process.env, ...env } })).match(/\d+\.\d+\.\d+/)[0];
  }

  /** Signs in as the one whom the installer made. */
  async signIn(page) {
    await page.goto(this.url + '/index.php?title=Special:UserLogin');
    await page.locator('#wpName1').fill('Admin');
    await page.locator('#wpPassword1').fill(PASSWORD);
    await page.locator('#wpLoginAttempt').click();
    await page.locator('#pt-userpage, #pt-userpage-2').first().waitFor({ state: 'attached' });
  }

  /** Writes a page as one does in a browser, and gives its address. */
  async write(page, title, text) {
    await page.goto(`${this.url}/index.php?title=${encodeURIComponent(title)}&action=edit`);
    await page.locator('#wpTextbox1').fill(text);
    await page.locator('#wpSave').click();
    await page.waitForURL((url) => !url.search.includes('action=edit') && !url.search.includes('action=submit'));
    return `${this.url}/index.php?title=${encodeURIComponent(title)}`;
  }

  async stop() {
    await this.server?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

// A fresh DokuWiki, in French: Debian's files, laid out as its authors pack them.

import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, installed, run, servePhp } from './programs.mjs';

const DEBIAN = '/usr/share/dokuwiki';
const DATA = ['attic', 'cache', 'index', 'locks', 'log', 'media', 'media_attic', 'media_meta', 'meta', 'pages', 'tmp'];
const PASSWORD = 'un mot de passe';

const settings = `<?php
$conf['title'] = 'Les voisins';
$conf['lang'] = 'fr';
$conf['useacl'] = 1;
$conf['superuser'] = '@admin';
$conf['updatecheck'] = 0;
`;

/** Installs one and serves it. */
export async function startDokuWiki() {
  const folder = await mkdtemp(join(tmpdir(), 'alentour-dokuwiki-'));
  const wiki = new DokuWiki(join(folder, 'site'), folder, await freePort());
  return installed(wiki);
}

class DokuWiki {
  constructor(site, folder, port) {
    Object.assign(this, { site, folder, port, url: `http://127.0.0.1:${port}` });
  }

  async install() {
    await run('cp', ['--recursive', '--dereference', DEBIAN, this.site]);
    // Debian's own: configuration and data are elsewhere.
    await rm(join(this.site, 'inc/preload.php'), { force: true });
    for (const name of DATA) await mkdir(join(this.site, 'data', name), { recursive: true });
    await mkdir(join(this.site, 'conf'));
    // Without that of an installation on this machine, which may be secret.
    const kept = (await readdir('/etc/dokuwiki')).filter((name) => !/^(local|users\.auth|acl\.auth|plugins\.local)\.php$/.test(name));
    await run('cp', ['--recursive', '--dereference', ...kept.map((name) => join('/etc/dokuwiki', name)), join(this.site, 'conf')]);
    const hash = await run('php', ['-r', 'echo password_hash($argv[1], PASSWORD_BCRYPT);', PASSWORD]);
    await writeFile(join(this.site, 'conf/local.php'), settings);
    await writeFile(join(this.site, 'conf/users.auth.php'), `admin:${hash}:Admin:admin@example.org:admin,user\n`);
    await writeFile(join(this.site, 'conf/acl.auth.php'), '*\t@ALL\t1\n*\t@user\t8\n');
    this.version = (await readFile(join(this.site, 'VERSION'), 'utf8')).trim().split(' ')[0];
    this.server = await servePhp(this.site, { port: this.port });
  }

  /** Signs in as its administrator. */
  async signIn(page) {
    await page.goto(this.url + '/doku.php?do=login');
    await page.locator('input[name="u"]').fill('admin');
    await page.locator('input[name="p"]').fill(PASSWORD);
    await page.locator('#dw__login button[type="submit"]').click();
    await page.getByText('Admin').first().waitFor();
  }

  /** Writes a page as one does in a browser, and gives its address. */
  async write(page, id, text) {
    const url = `${this.url}/doku.php?id=${id}`;
    await page.goto(url + '&do=edit');
    await page.locator('#wiki__text').fill(text);
    await page.locator('#edbtn__save').click();
    await page.locator('#wiki__text').waitFor({ state: 'detached' });
    return url;
  }

  async stop() {
    await this.server?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

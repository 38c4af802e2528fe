// The plugin for WordPress: what it makes of what authors write, and what it leaves on a page and behind.

import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { openPage, startWholeBrowser } from '../support/browser.mjs';
import { startServer } from '../support/server.mjs';
import { isAround } from '../support/visitor.mjs';
import { listed } from '../support/widget.mjs';
import { startWordPress } from '../support/wordpress.mjs';

let browser, server, wordpress;
before(async () => {
  [browser, server, wordpress] = await Promise.all([startWholeBrowser(), startServer(), startWordPress()]);
  await wordpress.install(join(resolve(process.env.ALENTOUR_PLUGINS ?? 'dist'), 'alentour-wordpress.zip'), 'alentour');
  await wordpress.ask(`update_option( 'alentour_server', '${server.url}' );`);
});
after(() => Promise.all([browser?.close(), server?.stop(), wordpress?.stop()]));

/** A published post of the author's, stored as WordPress stores what an author writes; and its page for a visitor. */
async function post(t, content) {
  const url = await wordpress.ask(`
    wp_set_current_user( get_user_by( 'login', 'author' )->ID );
    kses_init();
    $id = wp_insert_post( wp_slash( array( 'post_title' => 'Un article', 'post_status' => 'publish', 'post_content' => base64_decode( '${Buffer.from(content).toString('base64')}' ) ) ), true );
    echo get_permalink( $id );`);
  const page = await openPage(t, browser);
  await page.goto(url);
  return page;
}

/** The attributes of the elements of a page, each an object. */
const elements = (page) =>
  page.evaluate(() => [...document.querySelectorAll('alentour-widget')].map((element) => Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]))));

test('a shortcode understands names, units and a word processor’s quotation marks', async (t) => {
  const content = '[alentour place="69007" kinds="bénévolat, Pétitions" causes="Éducation" radius="25 km" countries="belgique FR" text="Tout voir"]\n\n[alentour place=”Saint-Étienne” radius=« any » theme=sombre limit="500"]\n\n[alentour initiative="https://agir.example.org/i/un%20bal?from=x"]\n\n[alentour data-open=”bal” data-lang="ar"]\n\n[alentour initiative="bal" place="69007" as="bouton"]';
  const page = await post(t, content);
  assert.deepEqual(await elements(page), [
    { place: '69007', radius: '25', countries: 'BE FR', kinds: 'volunteering,petition', causes: 'education' },
    { place: 'Saint-Étienne', radius: 'any', theme: 'dark' },
    { open: 'un bal', only: '' },
    { open: 'bal', only: '', lang: 'ar' },
  ]);
  const links = await page.evaluate(() => [...document.querySelectorAll('alentour-widget > a')].map((link) => [link.textContent, link.href]));
  assert.equal(await page.locator('alentour-action').evaluate((it) => it.outerHTML.split('>')[0]), '<alentour-action open="bal"');
  const from = encodeURIComponent(page.url());
  const query = 'place=69007&radius=25&countries=BE+FR&kinds=volunteering%2Cpetition&causes=education';
  assert.deepEqual(links[0], ['Tout voir', `${server.url}/near?lang=fr&from=${from}&${query}`]);
  assert.deepEqual(links[2], ['Participer', `${server.url}/i/un%20bal?lang=fr&from=${from}`]);
  assert.equal(page.record.fetched('/v1/alentour.js'), 1, 'the script came more than once');
});

test('what an author writes into a shortcode or a block stays text', async (t) => {
  const hostile = '"><img src=x onerror=window.hit=1>';
  const quoted = '" onclick="window.hit=1';
  const shortcodes = [hostile, quoted].map((it) => `[alentour place='${it}' kinds='${it}' initiative='${it}' text='${it}']`);
  const blocks = [hostile, quoted].map((it) => `<!-- wp:alentour/actions ${JSON.stringify({ place: it, kinds: [it, 'petition'], lang: it, limit: it, initiative: it, text: it })} /-->`);
  const page = await post(t, [...shortcodes, ...blocks].join('\n\n'));
  assert.equal(await page.locator('alentour-widget').count(), 4);
  await listed(page).catch(() => {});
  assert.equal(await page.evaluate(() => window.hit ?? document.querySelectorAll('img[src="x"], alentour-widget img, alentour-widget [onclick], alentour-widget[onclick]').length), 0);
  const names = (await elements(page)).flatMap((attributes) => Object.keys(attributes));
  assert.deepEqual(names.filter((name) => !['place', 'open', 'only', 'kinds'].includes(name)), []);
});

test('the page does not move when the list comes, and gives its room back where it never does', async (t) => {
  const content = '<!-- wp:alentour/actions {"place":"69007"} /-->\n\n<!-- wp:paragraph -->\n<p id="after">La suite.</p>\n<!-- /wp:paragraph -->';
  const page = await post(t, content);
  await isAround(page, 'Lyon');
  const moved = await page.evaluate(() => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: 'layout-shift', buffered: true });
    return observer.takeRecords().reduce((sum, { value }) => sum + value, 0);
  });
  assert.ok(moved < 0.02, `moved by ${moved}`);
  const without = await openPage(t, browser);
  await without.route('**/v1/alentour.js', (route) => route.abort());
  await without.goto(page.url());
  const kept = () => without.locator('alentour-widget').evaluate((element) => element.offsetHeight);
  assert.ok((await kept()) >= 640, 'no room is kept');
  // Ten seconds later.
  await without.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
  assert.ok((await kept()) < 200, 'an empty screen stays');
  assert.ok(await without.getByRole('link', { name: /Les actions autour de ce lieu\s: 69007/ }).isVisible());
});

test('a site in Belgium’s French reads the French', async () => {
  const said = await wordpress.ask(`
    unload_textdomain( 'alentour' );
    load_textdomain( 'alentour', WP_LANG_DIR . '/plugins/alentour-fr_BE.mo' );
    $script = apply_filters( 'load_script_translation_file', '/x/alentour-fr_BE-alentour-actions-editor-script.json', 'alentour-actions-editor-script', 'alentour' );
    echo __( 'Petition', 'alentour' ), ' ', is_readable( $script ) ? 'there' : $script;`);
  assert.equal(said, 'Pétition there');
});

test('within a paragraph, in a feed and under a block theme the list stands as well', async (t) => {
  const page = await post(t, 'Nos actions : [alentour place="69007"]Toutes nos actions[/alentour] et voilà.');
  await isAround(page, 'Lyon');
  await wordpress.ask(`switch_theme( 'twentytwentythree' );`);
  await page.reload();
  await isAround(page, 'Lyon');
  await wordpress.ask(`switch_theme( 'twentytwentyone' );`);
  const feed = await (await fetch(wordpress.url + '/?feed=rss2')).text();
  assert.match(feed, /<a href="[^"]+\/near\?[^"]*">Toutes nos actions<\/a>/);
  assert.ok(!feed.includes('alentour-widget'), 'a reader of feeds got an element');
});

test('without a server nothing is asked and visitors see nothing; the plugin leaves nothing behind', async (t) => {
  await wordpress.ask(`update_option( 'alentour_server', '' );`);
  const page = await post(t, 'Ici : [alentour place="69007"]');
  assert.equal(await page.locator('alentour-widget, a:has-text("Alentour")').count(), 0);
  assert.deepEqual(page.record.requests.filter(({ url }) => url.startsWith(server.url)), []);
  await wordpress.ask(`update_option( 'alentour_server', '${server.url}' );`);
  const complaints = await wordpress.complaints();
  await wordpress.ask(`
    require ABSPATH . 'wp-admin/includes/plugin.php';
    require ABSPATH . 'wp-admin/includes/file.php';
    deactivate_plugins( 'alentour/alentour.php' );
    delete_plugins( array( 'alentour/alentour.php' ) );`);
  assert.equal(await wordpress.ask(`echo $wpdb->get_var( "SELECT COUNT(*) FROM $wpdb->options WHERE option_name LIKE '%alentour%'" );`), '0');
  assert.deepEqual(complaints, []);
});

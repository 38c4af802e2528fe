import { startBrowser } from '../support/browser.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { open, pages, within } from './support.mjs';
const [browser, server, site] = [await startBrowser(), await startServer(process.argv[2]), await startSite()];
const addresses = await pages(site, server.url, { place: '48.8566,2.3522', radius: 'any' });
const ours = await open(browser, addresses.ours);
await within(ours.evaluate(() => stopwatch.first), 'first');
const session = await ours.context().newCDPSession(ours);
await session.send('Profiler.enable'); await session.send('Profiler.setSamplingInterval', { interval: 100 });
await ours.evaluate(() => stopwatch.words().focus());
await new Promise(r=>setTimeout(r,3000));
const samples=[];
await session.send('Profiler.start');
for (const word of ['jardin','marseille','montagne']) {
  for (const letter of word) {
    await ours.evaluate(() => stopwatch.arm());
    await ours.keyboard.press(letter);
    const s = await within(ours.evaluate(() => stopwatch.settled), letter);
    samples.push([word, letter, s?.changed?.toFixed(1)]);
  }
  await ours.evaluate(() => { const f = stopwatch.words(); f.value=''; f.dispatchEvent(new Event('input',{bubbles:true})); return stopwatch.painted(); });
}
const { profile } = await session.send('Profiler.stop');
console.log(samples.map(s=>s.join(' ')).join(', '));
const self = new Map(); const dt = profile.timeDeltas; const byId = new Map(profile.nodes.map(n=>[n.id,n]));
profile.samples.forEach((id,i)=>{ const n=byId.get(id).callFrame; const k=n.functionName+' '+n.url.split('/').pop()+':'+n.lineNumber+':'+n.columnNumber; self.set(k,(self.get(k)??0)+dt[i]/1000); });
for (const [k,v] of [...self].sort((a,b)=>b[1]-a[1]).slice(0,32)) console.log(v.toFixed(1), k);
await Promise.all([browser.close(), server.stop(), site.stop?.() ?? site.close()]);

// A server that takes mails and delivers none.

import { createServer } from 'node:net';
import { until } from './widget.mjs';

/** Listens on a port of its own; `mails` are those that came, without their soft line breaks. */
export async function startMailbox() {
  const mails = [];
  const server = createServer((socket) => {
    let data = null;
    let rest = '';
    socket.setEncoding('latin1').on('error', () => {});
    socket.write('220 mail.test ESMTP\r\n');
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop();
      for (const line of lines) {
        if (data && line === '.') {
          const body = data.indexOf('');
          // Words of a head that are encoded end as such lines do.
          mails.push([...data.slice(0, body), data.slice(body).join('\r\n').replaceAll('=\r\n', '')].join('\r\n'));
          data = null;
          socket.write('250 taken\r\n');
        } else if (data) data.push(line.replace(/^\./, '')); // RFC 5321, section 4.5.2
        else if (/^DATA/i.test(line)) {
          data = [];
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write(/^EHLO/i.test(line) ? '250-mail.test\r\n250 8BITMIME\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const url = `smtp://127.0.0.1:${server.address().port}`;
  /** Those to an address. At the beginning of a line: answers go to others. */
  const to = (email) => mails.filter((mail) => mail.includes(`\nTo: ${email}`) || mail.includes(`\nTo: <${email}>`));
  /** The path of the link in the next mail to an address that has one of that kind, beyond those it had. */
  const linked = async (email, kind, before = 0) => {
    const links = () => to(email).flatMap((mail) => new RegExp(`/${kind}/[0-9a-f]{64}`).exec(readable(mail))?.[0] ?? []);
    await until(() => links().length > before, 600, () => to(email).join('\n\n'));
    return links().at(-1);
  };
  return { mails, url, to, linked, stop: () => server.close() };
}

/** A mail with its parts as text: those in Arabic are sent as base64. */
export const readable = (mail) =>
  mail.replace(/(\nContent-Transfer-Encoding: base64\r\n\r\n)([\w+/=\r\n]+)/g, (_, head, encoded) => head + Buffer.from(encoded, 'base64').toString());

/** Settings of a server that sends its mails there, and keeps no robot out. */
export const mailing = (mailbox) =>
  `public-url = "https://agir.example.org"\n[controller]\nname = "Maison des solidarités"\n[robots]\nwork = 0\nper-address = 0\nfill-seconds = 0\n[mail]\nsmtp = "${mailbox.url}"\nfrom = "Agir <bonjour@example.org>"\n`;

// A server that takes mails and delivers none.

import { createServer } from 'node:net';

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
  return { mails, url: `smtp://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

// A MariaDB of the test's own: its folder, a socket, no network.

import { userInfo } from 'node:os';
import { join } from 'node:path';
import { run, start } from './programs.mjs';

/** Starts one in a folder that is there. `socket`: where programs find it, as the user `root` without a password. */
export async function startMariaDb(folder) {
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const user = `--user=${userInfo().username}`; // Said by name, or it refuses to be root.
  // Nothing of it is kept: it need not wait for the disk.
  const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-log-file-size=8M', '--skip-log-bin'];
  await run('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, user, '--auth-root-authentication-method=normal', '--skip-test-db']);
  const ask = (sql) => run('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root', '--execute', sql]);
  const isReady = () => ask('SELECT 1').then(() => true, () => false);
  const options = ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${join(folder, 'pid')}`, '--skip-networking', user];
  const { stop } = await start('/usr/sbin/mariadbd', [...options, ...quick], isReady);
  return { socket, ask, stop };
}

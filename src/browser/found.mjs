// Files of an inverted index, for `found.rs`.

/** For each line of names the texts of these files in a folder; where one does not come its HTTP status, or 0. */
export const gather = (host, folder, names) =>
  Promise.all(
    names
      .split('\n')
      .slice(0, -1)
      .map((line) => Promise.all(line.split(' ').map((name) => host.text(folder + name))).catch((error) => error?.status ?? 0)),
  );

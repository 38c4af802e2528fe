// Files of an inverted index, for `found.rs`.

/**
 * For each shard of a folder a list of its text, or for each pack (twice its number, and one more with what is said beside its cards) of its
 * texts; for what does not come the HTTP status, or 0. `again` asks for them anew.
 */
export const gather = (host, folder, numbers, areShards, again) => {
  const names = (number) => (areShards ? [number + '.shard'] : number & 1 ? [number >> 1, (number >> 1) + '.words'] : [number >> 1]);
  const texts = (number) => Promise.all(names(number).map((name) => host.text(folder + name + '.txt', again))).catch((error) => error?.status ?? 0);
  return Promise.all([...numbers].map(texts));
};

// What a screen reader is told of a page: Chromium's accessibility tree, as text.

/** Said where they are so; `pressed` and `expanded` also where they are not. */
const STATES = ['required', 'disabled', 'checked', 'pressed', 'selected', 'expanded', 'modal', 'focused', 'busy'];

/** The tree, a line for each thing that is spoken: role, name, what is said beside it, and its state. */
export async function spoken(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Accessibility.enable');
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const lines = [];
  walk(nodes[0], 0);
  return lines.join('\n') + '\n';

  function walk(node, depth) {
    const role = node.role?.value;
    if (role === 'InlineTextBox') return;
    const line = node.ignored || role === 'RootWebArea' || /^(generic|none)$/i.test(role) ? null : lineOf(node, role);
    if (line) lines.push('  '.repeat(depth) + line);
    // What a name has taken in is not read again.
    if (line && /^(heading|link|button|option|label)$/i.test(role) && !hasControls(node)) return;
    for (const id of node.childIds ?? []) if (byId.has(id)) walk(byId.get(id), depth + (line ? 1 : 0));
  }

  function hasControls(node) {
    return (node.childIds ?? []).some((id) => {
      const child = byId.get(id);
      return child && (/^(link|button|textbox|checkbox)$/i.test(child.role?.value) || hasControls(child));
    });
  }
}

function lineOf(node, role) {
  const name = plain(node.name?.value);
  if (role === 'StaticText') return name && `“${name}”`;
  const properties = Object.fromEntries((node.properties ?? []).map(({ name, value }) => [name, value.value]));
  const states = STATES.filter((state) => isSaid(properties[state])).map((state) => (isSaid(properties[state]) === 'yes' ? state : `${state}: ${properties[state]}`));
  if (properties.pressed === 'false') states.push('not pressed');
  if (properties.expanded === false) states.push('collapsed');
  if (properties.invalid && properties.invalid !== 'false') states.push('invalid');
  if (properties.level && role === 'heading') states.push(`level ${properties.level}`);
  if (properties.live && properties.live !== 'off') states.push(`live: ${properties.live}`);
  const parts = [role];
  if (name) parts.push(`“${name}”`);
  const value = plain(node.value?.value);
  if (value) parts.push(`= “${value}”`);
  const description = plain(node.description?.value);
  if (description) parts.push(`– “${description}”`);
  if (states.length) parts.push(`(${states.join(', ')})`);
  return parts.join(' ');
}

const isSaid = (value) => (value === true || value === 'true' ? 'yes' : value && value !== 'false' ? 'said' : false);

const plain = (text) => String(text ?? '').replace(/\s+/g, ' ').trim();

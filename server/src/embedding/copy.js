// Copies what is to be pasted: a button beside each text, where the browser lets pages write to the clipboard.
for (const area of document.querySelectorAll('textarea[data-copy]')) {
  const button = document.createElement('button');
  const said = document.createElement('span');
  button.type = 'button';
  button.className = 'small quiet';
  button.textContent = area.dataset.copy;
  button.setAttribute('aria-describedby', area.labels[0]?.id ?? '');
  said.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(area.value);
    } catch {
      document.execCommand('copy'); // An http page has no clipboard of its own.
    }
    said.textContent = area.dataset.copied;
    button.focus();
  });
  const row = document.createElement('p');
  row.className = 'choices';
  row.append(button, said);
  area.after(row);
}

// A page made by React, as embed/npm/README.md has it.

import { StrictMode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { load } from 'alentour-widget/react';

const opened: string[] = [];
Object.assign(window, { opened });

function Agir({ place }: { place: string }) {
  const widget = useRef<AlentourWidget>(null);
  useEffect(() => {
    load(document.body.dataset.server!).catch(console.warn);
    const hear = (event: CustomEvent<{ id: string }>) => opened.push(event.detail.id);
    const element = widget.current!;
    element.addEventListener('alentour:open', hear);
    return () => element.removeEventListener('alentour:open', hear);
  }, []);
  return <alentour-widget ref={widget} place={place} radius="25" />;
}

function Page() {
  const [isShown, show] = useState(true);
  const [place, move] = useState('69007');
  const [renders, render] = useState(0);
  return (
    <main>
      <button onClick={() => show(!isShown)}>Montrer ou cacher</button>
      <button onClick={() => move('38000')}>Grenoble</button>
      <button onClick={() => render(renders + 1)}>Dessiné {renders} fois</button>
      {isShown && <Agir place={place} />}
      <alentour-action open="petition" />
    </main>
  );
}

createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

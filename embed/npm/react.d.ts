// The elements in JSX, of React 18 and 19: import 'alentour-widget/react'. React 19 takes events as onalentour:open; in 18 they are
// listened to by a ref.

import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { AlentourActionAttributes, AlentourEventMap, AlentourWidgetAttributes } from './index.js';

export * from './index.js';

type Listeners = { [Name in keyof AlentourEventMap as `on${Name}`]?: (event: AlentourEventMap[Name]) => void };
type Props<Attributes, Of> = Attributes & Listeners & Omit<DetailedHTMLProps<HTMLAttributes<Of>, Of>, keyof Attributes>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'alentour-widget': Props<AlentourWidgetAttributes, AlentourWidget>;
      'alentour-action': Props<AlentourActionAttributes, AlentourAction>;
    }
  }
}

// The elements in Vue's templates: import 'alentour-widget/vue'.

import type { DefineComponent } from 'vue';
import type { AlentourActionAttributes, AlentourEventMap, AlentourWidgetAttributes } from './index.js';

export * from './index.js';

type Listeners = { [Name in keyof AlentourEventMap as `on${Capitalize<Name>}`]?: (event: AlentourEventMap[Name]) => void };

declare module 'vue' {
  interface GlobalComponents {
    'alentour-widget': DefineComponent<AlentourWidgetAttributes & Listeners>;
    'alentour-action': DefineComponent<AlentourActionAttributes>;
  }
}

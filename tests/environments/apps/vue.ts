// A page made by Vue, as embed/npm/README.md has it.

import { createApp, onMounted, ref } from 'vue';
import { load } from 'alentour-widget/vue';

const opened: string[] = [];
Object.assign(window, { opened });

const app = createApp({
  setup() {
    onMounted(() => load(document.body.dataset.server!));
    const [isShown, place, renders] = [ref(true), ref('69007'), ref(0)];
    const hear = (event: CustomEvent<{ id: string }>) => opened.push(event.detail.id);
    return { isShown, place, renders, hear };
  },
  template: `
    <button @click="isShown = !isShown">Montrer ou cacher</button>
    <button @click="place = '38000'">Grenoble</button>
    <button @click="renders++">Dessiné {{ renders }} fois</button>
    <alentour-widget v-if="isShown" :place="place" radius="25" @alentour:open="hear" />
    <alentour-action open="petition" />`,
});
app.config.compilerOptions.isCustomElement = (name) => name.startsWith('alentour-');
app.mount('#page');

// Inline mode: the bot's name and a few words in front of the field bring answers that can be sent to this chat.

import { h } from "./dom.js";
import { ask, state } from "./store.js";

const PAUSE = 250;

export class Inline {
  /** Take the composer whose field is typed in and whose menu of commands shows the results. */
  constructor(composer) {
    this.composer = composer;
    this.timer = null;
  }

  /** Return what is typed behind the bot's name; null: the text does not begin with it. */
  query() {
    const text = this.composer.field.value;
    const name = `@${state.bot.username} `;
    return text.toLowerCase().startsWith(name.toLowerCase()) ? text.slice(name.length) : null;
  }

  typed() {
    clearTimeout(this.timer);
    if (this.query() !== null) this.timer = setTimeout(() => this.look(), PAUSE);
  }

  async look() {
    const query = this.query();
    const { pane } = this.composer;
    const told = await ask("inline", { user: pane.speaker(), chat: pane.id, query });
    if (!told || this.query() !== query) return;
    const top = told.button ? [h("p.note", {}, `${told.button.text} ↗`)] : [];
    const found = (told.results ?? []).map((one) => h("button", { type: "button", role: "menuitem", onclick: () => this.choose(told.id, one.id) }, h("b", {}, one.title), one.description));
    this.composer.commands.replaceChildren(...top, ...found);
    this.composer.commands.hidden = !found.length;
  }

  choose(id, result) {
    const { pane, field } = this.composer;
    this.composer.close();
    field.value = "";
    field.focus();
    ask("chosen", { id, result, chat: pane.id });
  }
}

// Where a resident writes: text, commands, stand-ins for photos and voices, edits.

import { summary } from "./bubble.js";
import { h, icon, iconButton } from "./dom.js";
import { Inline } from "./inline.js";
import { ask, state } from "./store.js";

const FILE = { file_id: "stand-in", file_unique_id: "stand-in" };
const PLACE = { location: { longitude: 114.297, latitude: 35.748 } };
const ATTACHMENTS = [
  ["🖼️", "照片", { photo: [{ ...FILE, width: 640, height: 480 }] }],
  ["🎤", "语音", { voice: { ...FILE, duration: 4 } }],
  ["😊", "表情", { sticker: { ...FILE, type: "regular", width: 512, height: 512, is_animated: false, is_video: false } }],
  ["📍", "位置", PLACE],
  ["👤", "名片", { contact: { phone_number: "+8613800000000", first_name: "乙" } }],
];

export class Composer {
  constructor(pane) {
    this.pane = pane;
    this.editing = this.replying = null;
    this.field = h("textarea", { rows: "1", placeholder: "说点什么…", "aria-label": "消息", enterkeyhint: "send", oninput: () => this.typed(), onkeydown: (event) => this.key(event) });
    this.commands = h("div.commands", { role: "menu", "aria-label": "命令", hidden: true });
    this.attach = h("div.attach", { role: "menu", "aria-label": "发送别的", hidden: true });
    this.as = h("select.as", { "aria-label": "在群里以谁的身份说话", title: "以谁的身份说话" });
    this.element = h("footer.composer");
    this.inline = new Inline(this);
  }

  /** Begin an inline query, as a button for sending an answer on does. */
  begin(query) {
    this.field.value = `@${state.bot.username} ${query}`;
    this.field.focus();
    this.typed();
  }

  speaker() { return Number(this.as.value); }

  draw() {
    const chat = this.pane.chat;
    if (chat.blocked) {
      const text = chat.group ? "机器人已退出本群" : "解除拉黑";
      const undo = h("button.primary", { type: "button", disabled: chat.group, onclick: () => this.pane.block(false) }, text);
      this.element.replaceChildren(h("div.shut", {}, undo));
      return;
    }
    if (chat.group) this.people();
    if (this.element.querySelector(".write")) {
      this.keyboard();
      return;
    }
    const slash = h("button.icon.slash", { type: "button", "aria-label": "命令菜单", title: "命令菜单", "aria-haspopup": "menu", onclick: () => this.toggle(this.commands, this.listed("")) }, "/");
    const plus = iconButton("attach", "发送照片、语音、表情、位置、名片", () => this.toggle(this.attach, this.attachments()), { "aria-haspopup": "menu" });
    const send = iconButton("send", "发送", () => this.send(), { class: "icon send" });
    this.line = h("div.write", {}, this.commands, this.attach, slash, plus, chat.group ? this.as : null, this.field, send);
    this.element.replaceChildren(this.line);
    this.keyboard();
  }

  people() {
    const people = [...state.chats.values()].filter((chat) => !chat.group);
    const chosen = this.as.value;
    this.as.replaceChildren(...people.map((one) => h("option", { value: String(one.id) }, one.title)));
    if (people.some((one) => String(one.id) === chosen)) this.as.value = chosen;
  }

  keyboard() {
    this.element.querySelector(".reply-keys")?.remove();
    const sent = [...this.pane.chat.messages.values()].filter((message) => message.from.id === state.bot.id && message.reply_markup && !message.reply_markup.inline_keyboard);
    const rows = sent.at(-1)?.reply_markup.keyboard;
    if (!rows) return;
    const text = (button) => (typeof button === "string" ? button : button.text);
    const press = (button) => (button.request_location ? this.pane.say(null, PLACE) : this.pane.say(text(button)));
    this.line.before(h("div.reply-keys", {}, h("div.keys", {}, rows.map((row) => h("div.key-row", {}, row.map((button) => h("button.key", { type: "button", onclick: () => press(button) }, text(button))))))));
  }

  toggle(menu, items) {
    const open = menu.hidden;
    this.commands.hidden = this.attach.hidden = true;
    menu.replaceChildren(...items);
    menu.hidden = !open;
    if (open) menu.querySelector("button")?.focus();
  }

  close() { this.commands.hidden = this.attach.hidden = true; }

  listed(begin) {
    const found = this.pane.chat.commands.filter((one) => one.command.startsWith(begin));
    const items = found.map((one) => h("button", { type: "button", role: "menuitem", onclick: () => { this.close(); this.field.value = ""; this.pane.say(this.addressed(one.command)); this.field.focus(); } }, h("b", {}, `/${one.command}`), one.description));
    return items.length || begin ? items : [h("p.note", {}, "机器人还没有命令。")];
  }

  addressed(command) { return this.pane.chat.group ? `/${command}@${state.bot.username}` : `/${command}`; }

  /** Tell whether the bot's name is being written in front of the cursor, in a group where it has to be called. */
  calling() {
    const begun = /(?:^|[^A-Za-z0-9_@])@(\w*)$/.exec(this.field.value.slice(0, this.field.selectionStart));
    const name = state.bot.username.toLowerCase();
    return this.pane.chat.group && begun && begun[1].length < name.length && name.startsWith(begun[1].toLowerCase());
  }

  suggested() {
    return h("button", { type: "button", role: "menuitem", onclick: () => this.call() }, h("b", {}, `@${state.bot.username}`), state.bot.first_name);
  }

  /** Write the bot's name out. */
  call() {
    const at = this.field.selectionStart;
    const begun = this.field.value.slice(0, at).replace(/@\w*$/, `@${state.bot.username} `);
    this.field.value = begun + this.field.value.slice(at).trimStart();
    this.field.focus();
    this.field.setSelectionRange(begun.length, begun.length);
    this.typed();
  }

  attachments() {
    return ATTACHMENTS.map(([sign, name, content]) => h("button", { type: "button", role: "menuitem", onclick: () => this.attached(content) }, sign, name));
  }

  /** Send a stand-in; what is written goes below it if there can be words. */
  attached(content) {
    this.close();
    const caption = content.photo || content.voice ? this.field.value.trim() : "";
    if (caption) this.field.value = "";
    this.typed();
    this.pane.say(null, caption ? { ...content, caption } : content);
  }

  typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    const begun = /^\/([a-z0-9_]*)$/.exec(this.field.value);
    const items = begun ? this.listed(begun[1]) : this.calling() ? [this.suggested()] : [];
    this.commands.replaceChildren(...items);
    this.commands.hidden = !items.length;
    this.inline.typed();
  }

  key(event) {
    if (event.key === "Escape") {
      this.close();
      this.stop();
    }
    if ((event.key === "Enter" || event.key === "Tab") && !event.isComposing && !this.commands.hidden && this.calling()) {
      event.preventDefault();
      this.call();
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.typed();
    this.field.focus();
    const { editing, replying } = this;
    this.stop();
    const extra = replying ? { reply_to: replying.message_id } : {};
    const done = editing ? await ask("edits", { chat: this.pane.id, message_id: editing.message_id, text }) : await this.pane.say(text, extra);
    if (!done) this.field.value = text;
  }

  edit(message) {
    this.about("edit", `编辑：${message.text}`);
    this.editing = message;
    this.field.value = message.text;
    this.typed();
  }

  reply(message) {
    this.about("reply", `回复：${summary(message)}`);
    this.replying = message;
  }

  about(sign, text) {
    this.stop();
    const stop = iconButton("close", "算了", () => { this.field.value = ""; this.stop(); });
    this.line.before(h("div.editing", {}, icon(sign), h("span", {}, text), stop));
    this.field.focus();
  }

  stop() {
    this.editing = this.replying = null;
    this.element.querySelector(".editing")?.remove();
  }
}

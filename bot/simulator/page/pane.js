// One open chat: heading, messages, composer.

import { bubble } from "./bubble.js";
import { Composer } from "./composer.js";
import { day, face, h, icon, iconButton } from "./dom.js";
import { ask, press, state } from "./store.js";

const ACTIONS = { typing: "正在输入…", upload_document: "正在发送文件…", upload_photo: "正在发送照片…" };
const NEAR = 140;

export class Pane {
  constructor(chatId, shell) {
    this.id = chatId;
    this.shell = shell;
    this.talk = h("div.talk", { role: "log", "aria-live": "polite", "aria-label": "消息", tabindex: "0" });
    this.title = h("h2");
    this.subtitle = h("p.sub");
    this.menu = h("div.menu", { role: "menu", hidden: true });
    this.more = iconButton("more", "更多", () => this.toggleMenu(), { "aria-haspopup": "menu", "aria-expanded": "false" });
    this.composer = new Composer(this);
    this.element = h("section.pane", { "data-chat": chatId });
    this.draw();
  }

  get chat() { return state.chats.get(this.id); }

  speaker() { return this.chat.group ? this.composer.speaker() : this.id; }

  draw() {
    const chat = this.chat;
    const columns = iconButton("columns", "并排再开一个聊天", () => this.shell.addPane(), { class: "icon wide" });
    const close = iconButton("close", "关上这一栏", () => this.shell.closePane(this), { class: "icon wide close-pane" });
    const back = h("button.icon.back", { type: "button", "aria-label": "返回聊天列表", onclick: () => this.shell.back() }, icon("back"));
    const heading = h("header.bar", {}, back, face(chat.title, chat.id), h("div.bar-text", {}, this.title, this.subtitle), columns, close, h("div.menu-of", {}, this.more, this.menu));
    this.element.replaceChildren(heading, this.talk, this.composer.element);
    this.restart();
  }

  /** Show the whole state anew, with the composer left in place: who is writing goes on writing. */
  restart() {
    this.all();
    this.composer.draw();
  }

  heading() {
    const chat = this.chat;
    const typing = chat.typing > Date.now();
    this.title.textContent = chat.title;
    this.subtitle.textContent = typing ? `${state.bot.first_name}${ACTIONS[chat.action] || "正在忙…"}` : this.status();
    this.subtitle.className = typing ? "sub busy" : "sub";
    const dots = this.talk.querySelector(".typing");
    if (typing && !dots) this.append(h("div.message.bot.typing", {}, h("div.bubble", {}, h("span.dots", { "aria-label": "正在输入" }, h("i"), h("i"), h("i")))));
    if (!typing && dots) dots.remove();
  }

  status() {
    const chat = this.chat;
    if (chat.guest) return "群 · 机器人不在，@机器人 它也答";
    if (chat.group) return chat.blocked ? "机器人已退出本群" : "群 · 说话时 @机器人 它才看得到";
    if (chat.blocked) return "已拉黑机器人";
    return `和 ${state.bot.first_name} 聊天${chat.admin ? " · 管理员" : ""}`;
  }

  all() {
    const messages = [...this.chat.messages.values()];
    this.talk.replaceChildren();
    this.lastDay = "";
    if (!messages.length) this.talk.append(this.welcome());
    for (const message of messages) this.place(message);
    this.heading();
    this.toNewest();
  }

  welcome() {
    const start = h("button.primary", { type: "button", onclick: () => this.say("/start") }, "开始");
    const description = state.description || "机器人还在准备，马上就好……";
    return h("div.empty", {}, h("img", { src: "/page/icon.svg", alt: "" }), h("h2", {}, state.bot.first_name), h("p", {}, description), this.chat.group ? null : start);
  }

  place(message) {
    const today = day(message.date);
    if (today !== this.lastDay) this.talk.append(h("p.day", {}, today));
    this.lastDay = today;
    this.talk.append(bubble(message, this));
  }

  show(message, isNew) {
    const old = this.talk.querySelector(`[data-id="${message.message_id}"]`);
    if (old) {
      const shown = bubble(message, this);
      if (message.edit_date) shown.classList.add("changed");
      shown.style.animation = "none";
      old.replaceWith(shown);
      if (shown.offsetTop + shown.offsetHeight > this.talk.offsetTop + this.talk.scrollTop + this.talk.clientHeight) shown.scrollIntoView({ block: shown.offsetHeight > this.talk.clientHeight ? "start" : "nearest" });
    } else if (isNew) {
      this.talk.querySelector(".empty")?.remove();
      this.talk.querySelector(".typing")?.remove();
      const own = message.from.id !== state.bot.id;
      const near = own || this.pressed || this.nearEnd();
      this.place(message);
      if (own) this.begin(message.message_id);
      if (near) this.toNewest();
    }
    this.heading();
    this.composer.draw();
  }

  redraw(number) {
    const message = this.chat.messages.get(number);
    const old = this.talk.querySelector(`[data-id="${number}"]`);
    if (!message || !old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement.textContent : null;
    const shown = bubble(message, this);
    shown.style.animation = "none";
    old.replaceWith(shown);
    if (focused) [...shown.querySelectorAll(".key")].find((key) => key.textContent === focused)?.focus({ preventScroll: true });
  }

  remove(number) { this.talk.querySelector(`[data-id="${number}"]`)?.remove(); }

  append(element) {
    const near = this.nearEnd();
    this.talk.append(element);
    if (near) this.toNewest();
  }

  /** Tell whether the reader follows the talk: the last question or the end is in sight. */
  nearEnd() {
    const last = [...this.talk.querySelectorAll(".own")].at(-1);
    const bottom = this.talk.scrollTop + this.talk.clientHeight;
    return this.talk.scrollHeight - bottom < NEAR || (last && last.offsetTop - this.talk.offsetTop >= this.talk.scrollTop - NEAR);
  }

  /** Begin a turn: with a message of the resident's, or with a press, after the newest message there is. */
  begin(number) {
    this.pressed = number === undefined;
    this.turn = number ?? this.talk.querySelector(".message:last-child")?.dataset.id;
  }

  /** Scroll to what this turn began with and what followed; if that is too long, to where the answer begins. */
  toNewest() {
    requestAnimationFrame(() => {
      const question = this.talk.querySelector(`[data-id="${this.turn}"]`) ?? [...this.talk.querySelectorAll(".own")].at(-1);
      const answer = question?.nextElementSibling ?? question;
      if (!question) return this.toEnd();
      const above = this.talk.offsetTop + 12;
      if (this.pressed) {
        this.talk.scrollTop = answer.offsetTop - above;
        return undefined;
      }
      const fits = this.talk.scrollHeight - question.offsetTop + above <= this.talk.clientHeight + 160;
      this.talk.scrollTop = (fits ? question : answer).offsetTop - above - (fits ? 0 : Math.min(question.offsetHeight + 14, 90));
      return undefined;
    });
  }

  toEnd() { requestAnimationFrame(() => { this.talk.scrollTop = this.talk.scrollHeight; }); }

  say(text, extra = {}) {
    const group = this.chat.group ? { chat: this.id } : {};
    return ask("messages", { ...(text === null ? {} : { text }), user: this.speaker(), ...group, ...extra });
  }

  press(message, data) {
    this.begin();
    return press(message, data, this.speaker());
  }

  edit(message) { this.composer.edit(message); }

  /** Send an answer on: the query stands in the field of another open chat, or of this one. */
  share(query) {
    const other = this.shell.panes.find((pane) => pane !== this) ?? this;
    other.composer.begin(query);
  }

  reply(message) { this.composer.reply(message); }

  toggleMenu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.more.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const chat = this.chat;
    const item = (name, text, act, kind = "") => h(`button${kind}`, { type: "button", role: "menuitem", onclick: () => { this.toggleMenu(false); act(); } }, icon(name), text);
    this.menu.replaceChildren(
      chat.group ? "" : item("block", chat.blocked ? "解除拉黑" : "拉黑机器人", () => this.block(!chat.blocked)),
      item("close", chat.group ? "删掉这个群" : "删掉这位居民", () => ask(`chats/${this.id}`, undefined, "DELETE"), ".danger"),
    );
    this.menu.querySelector("button")?.focus();
  }

  block(blocked) { return ask("blocks", { user: this.id, blocked }); }
}

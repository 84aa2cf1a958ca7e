// Put the page together: the list, up to three open chats, the tools.

import { summary } from "./bubble.js";
import { clock, face, h } from "./dom.js";
import { Pane } from "./pane.js";
import { Panel } from "./panel.js";
import { ask, connect, listen, state } from "./store.js";

const COLUMNS = 3;
const narrow = window.matchMedia("(max-width: 760px)");
const at = (id) => document.getElementById(id);
const app = at("app");

class Shell {
  constructor() {
    this.panes = [];
    this.active = null;
    this.awaited = null;
    this.tools = new Panel(at("panel"), () => this.toggleTools(false));
  }

  open(id) {
    const open = this.panes.find((pane) => pane.id === id);
    if (!open) {
      const pane = new Pane(id, this);
      const index = Math.max(0, this.panes.indexOf(this.active));
      this.panes.splice(index, 1, pane);
      this.active = pane;
      this.arrange();
    } else {
      this.active = open;
    }
    state.chats.get(id).unread = 0;
    app.classList.add("reading");
    if (narrow.matches && this.panes[0] !== this.active) this.arrange([this.active]);
    this.list();
    if (!narrow.matches) this.active.composer.field.focus({ preventScroll: true });
  }

  /** Open a chat that the server has made, now or when its event arrives. */
  openWhenThere(id) {
    this.awaited = state.chats.has(id) ? null : id;
    if (!this.awaited) this.open(id);
  }

  arrange(panes = this.panes) {
    this.panes = panes;
    const elements = panes.map((pane) => pane.element);
    const shown = [...at("panes").children];
    if (!elements.length || elements.length !== shown.length || elements.some((one, index) => one !== shown[index])) at("panes").replaceChildren(...elements);
    if (!panes.length) at("panes").append(h("p.choose", {}, "从左边选一位居民，替他和机器人说话。"));
    for (const pane of panes) {
      pane.element.querySelector(".close-pane").hidden = panes.length < 2;
      pane.toNewest();
    }
  }

  addPane() {
    const next = [...state.chats.keys()].find((id) => !this.panes.some((pane) => pane.id === id));
    if (next === undefined || this.panes.length >= COLUMNS) return;
    this.active = new Pane(next, this);
    this.arrange([...this.panes, this.active]);
    this.list();
  }

  closePane(pane) {
    this.arrange(this.panes.filter((one) => one !== pane));
    if (this.active === pane) this.active = this.panes[0] ?? null;
    this.list();
  }

  back() {
    app.classList.remove("reading");
    this.list();
  }

  reading(id) {
    return this.panes.some((pane) => pane.id === id) && (!narrow.matches || app.classList.contains("reading"));
  }

  toggleTools(open = at("panel").hidden) {
    at("panel").hidden = !open;
    at("tools").setAttribute("aria-expanded", String(open));
    at("tools").classList.toggle("active", open);
    this.tools.draw();
    for (const pane of this.panes) pane.toNewest();
  }

  list() {
    at("bot-name").textContent = state.bot.first_name;
    const focused = document.activeElement?.dataset?.open;
    at("chats").replaceChildren(...[...state.chats.values()].map((chat) => this.row(chat)));
    if (focused) at("chats").querySelector(`[data-open="${focused}"]`)?.focus();
  }

  row(chat) {
    const last = [...chat.messages.values()].at(-1);
    const typing = chat.typing > Date.now();
    const current = this.reading(chat.id);
    const tags = [chat.admin ? h("span.tag", {}, "管理员") : null, chat.group ? h("span.tag", {}, "群") : null, chat.blocked ? h("span.tag.bad", {}, chat.group ? "已退出" : "已拉黑") : null];
    return h("li", {}, h("button.chat", { type: "button", "data-open": chat.id, "aria-current": current ? "true" : null, onclick: () => this.open(chat.id) },
      face(chat.title, chat.id),
      h("span.chat-text", {},
        h("span.chat-line", {}, h("strong", {}, chat.title), tags, last ? h("time.time", {}, clock(last.edit_date ?? last.date)) : null),
        h("span.chat-line", {}, h("span.last", {}, typing ? "正在输入…" : summary(last) || "还没说过话"), chat.unread ? h("span.unread", { "aria-label": `${chat.unread} 条未读` }, String(chat.unread)) : null))));
  }

  online(text = state.online ? "机器人在线" : "还没连上，稍等片刻") {
    at("online").textContent = this.faulty() || text;
    at("online").className = state.online && !this.faulty() ? "sub live" : "sub";
  }

  faulty() {
    const on = Object.entries(state.faults).some(([name, value]) => (typeof value === "object" ? value.next > 0 || value.share > 0 : name !== "retry_after" && value));
    return on ? "有故障开着" : "";
  }

  each(id, act) {
    for (const pane of this.panes) if (pane.id === id) act(pane);
  }

  hear(kind, detail) {
    const acts = {
      state: () => this.restart(),
      chat: () => { this.each(detail.chat, (pane) => { pane.heading(); pane.composer.draw(); }); for (const pane of this.panes) if (pane.chat.group) pane.composer.draw(); },
      gone: () => this.arrange(this.panes.filter((pane) => state.chats.has(pane.id))),
      message: () => this.message(detail),
      deleted: () => this.each(detail.chat, (pane) => pane.remove(detail.message_id)),
      typing: () => this.each(detail.chat, (pane) => pane.heading()),
      waiting: () => this.each(detail.chat, (pane) => pane.redraw(detail.message_id)),
      faults: () => this.tools.draw(),
      call: () => this.tools.add(detail.call),
      lost: () => this.online("断开了，正在重连…"),
      alert: () => { at("alert").querySelector("p").textContent = detail.text; at("alert").showModal(); },
    };
    acts[kind]?.();
    if (this.awaited && state.chats.has(this.awaited)) this.openWhenThere(this.awaited);
    if (!["call", "lost", "waiting", "alert"].includes(kind)) { this.list(); this.online(); }
  }

  message({ chat, message, isNew, own }) {
    this.each(chat, (pane) => pane.show(message, isNew));
    if (isNew && !own && !this.reading(chat)) state.chats.get(chat).unread += 1;
  }

  restart() {
    this.panes = this.panes.filter((pane) => state.chats.has(pane.id));
    for (const pane of this.panes) pane.restart();
    this.arrange();
    this.tools.draw();
    const first = state.chats.keys().next().value;
    if (!this.panes.length && !narrow.matches && first !== undefined) this.open(first);
  }
}

const shell = new Shell();
listen((kind, detail) => shell.hear(kind, detail));
at("theme").addEventListener("click", () => window.switchTheme());
at("tools").addEventListener("click", () => shell.toggleTools());
at("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = at("add-name").value.trim();
  const group = event.submitter?.value === "group";
  const made = await (group ? ask("groups", { title: name || "新群" }) : ask("people", { name: name || "新居民" }));
  if (!made) return;
  at("add-name").value = "";
  shell.openWhenThere(made[0].id);
});
document.addEventListener("click", (event) => {
  for (const pane of shell.panes) {
    if (!pane.menu.parentElement.contains(event.target)) pane.toggleMenu(false);
    if (!pane.composer.element.contains(event.target)) pane.composer.close();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const pane of shell.panes) { pane.toggleMenu(false); pane.composer.close(); }
});
setInterval(() => { if (state.faults.gone_seconds > 0) { state.faults.gone_seconds -= 1; shell.tools.draw(); shell.online(); } }, 1000);
connect();

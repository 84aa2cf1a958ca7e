// Faults to switch on, and the record of what the bot asked for.

import { clock, h, iconButton } from "./dom.js";
import { ask, state } from "./store.js";

const KINDS = [
  ["too_many", "429 太频繁", "请机器人过几秒再来"],
  ["server_error", "502 服务器出错", "Telegram 自己坏了"],
  ["refused", "400 被拒绝", "没有道理的拒绝"],
  ["dropped", "断线（没送到）", "请求没到就断了"],
  ["unanswered", "断线（已送到）", "照办了，回音丢了"],
];
const OFF = { next: 0, share: 0, method: "" };

export class Panel {
  constructor(element, close) {
    this.element = element;
    this.sheet = h("div.sheet", { role: "tabpanel" });
    this.tabs = ["故障", "请求记录"].map((name, index) => h("button", { type: "button", role: "tab", onclick: () => this.show(index) }, name));
    element.replaceChildren(h("header.bar", {}, h("div.tabs", { role: "tablist" }, this.tabs), iconButton("close", "关上", close)), this.sheet);
    this.show(0);
  }

  show(index) {
    this.chosen = index;
    this.tabs.forEach((tab, at) => tab.setAttribute("aria-selected", String(at === index)));
    this.draw();
  }

  draw() {
    if (this.element.hidden) return;
    if (this.chosen === 0) this.faults();
    else this.record();
  }

  faults() {
    if (this.sheet.contains(document.activeElement) && document.activeElement.tagName === "INPUT") return;
    const faults = state.faults;
    const gone = Math.ceil(faults.gone_seconds || 0);
    this.sheet.replaceChildren(
      h("div.fault.heads", {}, h("span", {}, "哪种毛病"), h("span", {}, "接下来几次"), h("span", {}, "占多少 %")),
      ...KINDS.map(([kind, name, hint]) => this.fault(kind, name, hint, faults[kind] ?? OFF)),
      this.plain("429 等几秒", "retry_after", faults.retry_after, "机器人被要求等待的秒数"),
      this.plain("慢（毫秒）", "latency_ms", faults.latency_ms, "每个回答都晚到这么久"),
      h("label.plain", {}, h("span", {}, "取消息也出毛病", h("small", {}, "平时 getUpdates 不受影响")), h("input", { type: "checkbox", checked: faults.polls_too, onchange: (event) => ask("faults", { polls_too: event.target.checked }) })),
      h("p.note", {}, gone > 0 ? `网络断了，还有 ${gone} 秒恢复。` : "断网：机器人什么都收不到、发不出，到时自动恢复。"),
      h("div.rows", {}, ...[10, 30, 60].map((seconds) => h("button.small", { type: "button", onclick: () => ask("faults", { gone_seconds: seconds }) }, `断网 ${seconds} 秒`)), h("button.small", { type: "button", onclick: () => this.off() }, "全部关掉")),
    );
  }

  fault(kind, name, hint, { next, share }) {
    const change = (what, value) => ask("faults", { [kind]: { ...OFF, ...state.faults[kind], [what]: value } });
    return h("div.fault", {}, h("span", {}, name, h("small", {}, hint)),
      h("input", { type: "number", min: "0", step: "1", value: String(next), "aria-label": `${name}：接下来几次`, onchange: (event) => change("next", Math.max(0, Math.trunc(Number(event.target.value)))) }),
      h("input", { type: "number", min: "0", max: "100", value: String(Math.round(share * 100)), "aria-label": `${name}：占多少百分比`, onchange: (event) => change("share", Math.min(1, Math.max(0, Number(event.target.value) / 100))) }));
  }

  plain(name, kind, value, hint) {
    return h("label.plain", {}, h("span", {}, name, h("small", {}, hint)), h("input", { type: "number", min: "0", value: String(value ?? 0), onchange: (event) => ask("faults", { [kind]: Math.max(0, Math.trunc(Number(event.target.value))) }) }));
  }

  off() {
    document.activeElement?.blur();
    const none = Object.fromEntries(KINDS.map(([kind]) => [kind, OFF]));
    return ask("faults", { ...none, latency_ms: 0, retry_after: 1, polls_too: false, gone_seconds: 0 });
  }

  record() {
    const calls = state.record.slice(-100).reverse();
    const clear = h("button.small", { type: "button", onclick: async () => { await ask("record", undefined, "DELETE"); state.record = []; this.draw(); } }, "清空");
    this.sheet.replaceChildren(h("p.note", {}, "机器人向 Telegram 提的每个请求，新的在前（取消息的 getUpdates 不列）。"), h("div.rows", {}, clear), h("ul.calls", {}, calls.map((call) => this.call(call))));
  }

  add(call) {
    const list = this.chosen === 1 && !this.element.hidden ? this.sheet.querySelector(".calls") : null;
    list?.prepend(this.call(call));
  }

  call(call) {
    const bad = call.status !== 200;
    const fields = JSON.stringify(call.fields, null, 1);
    return h("li.call", {}, h("details", {},
      h("summary", {}, h("span.time", {}, clock(call.at, true)), h("b", {}, call.method), h(`span.status${bad ? ".bad" : ""}`, {}, call.status === 0 ? "断线" : String(call.status)), h("span.time", {}, `${Math.round(call.milliseconds)} ms`)),
      call.description ? h("p", {}, call.description) : null, h("pre", {}, fields)));
  }
}

// Show a message's text with its entities; offsets are UTF-16 units, as JavaScript counts too.

import { h } from "./dom.js";

const MARKS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const FOLDED = 120;

/** Return the text of `message` as an element; `say` is called with a command that is clicked. */
export function words(message, say) {
  const text = message.text ?? message.caption ?? "";
  const entities = [...(message.entities ?? message.caption_entities ?? [])];
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return h("div.words", {}, inside(text, entities, 0, text.length, say));
}

function inside(text, entities, from, to, say) {
  const shown = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) continue;
    const nested = entities.slice(index + 1).filter((one) => one.offset >= entity.offset && one.offset + one.length <= end);
    shown.push(text.slice(at, entity.offset), marked(entity, inside(text, nested, entity.offset, end, say), text.slice(entity.offset, end), say));
    at = end;
  }
  shown.push(text.slice(at, to));
  return shown.flat().filter((part) => part !== "");
}

function marked(entity, children, text, say) {
  if (MARKS[entity.type]) return h(MARKS[entity.type], {}, children);
  switch (entity.type) {
    case "text_link": return link(entity.url, children);
    case "url": return link(text, children);
    case "bot_command": return h("button.command", { type: "button", onclick: () => say(text) }, children);
    case "text_mention":
    case "mention": return h("strong", {}, children);
    case "blockquote": return h("blockquote", {}, children);
    case "expandable_blockquote": return folded(children, text);
    case "spoiler": return h("span.spoiler", { tabindex: "0", role: "button", title: "点开看", onclick: reveal, onkeydown: reveal }, children);
    default: return h("span", {}, children);
  }
}

function link(url, children) {
  if (!/^(https?|tg):\/\//i.test(url)) return h("span", {}, children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children);
}

function folded(children, text) {
  const quote = h("blockquote.folded", {}, children);
  if (text.length < FOLDED && text.split("\n").length < 4) return h("blockquote", {}, children);
  const button = h("button.unfold", { type: "button", "aria-expanded": "false" }, "展开");
  button.addEventListener("click", () => {
    const open = quote.classList.toggle("folded") === false;
    button.textContent = open ? "收起" : "展开";
    button.setAttribute("aria-expanded", String(open));
  });
  return h("div", {}, quote, button);
}

function reveal(event) {
  if (event.type === "keydown" && event.key !== "Enter") return;
  event.currentTarget.classList.add("seen");
}

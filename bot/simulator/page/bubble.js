// One message as a bubble, with its buttons below.

import { clock, h, icon, toast } from "./dom.js";
import { isWaiting, state } from "./store.js";
import { words } from "./words.js";

const MEDIA = {
  photo: ["🖼️", "照片"], voice: ["🎤", "语音 0:04"], sticker: ["😊", "表情"], location: ["📍", "位置"],
  document: ["📄", "文件"], video: ["🎬", "视频"], contact: ["👤", "名片"],
};

/** Return what a message is in one line, for the list and for quotes. */
export function summary(message) {
  if (!message) return "";
  const kind = Object.keys(MEDIA).find((one) => one in message);
  const label = kind ? `[${MEDIA[kind][1]}] ` : "";
  return label + (message.text ?? message.caption ?? "").replace(/\s+/g, " ").slice(0, 80);
}

/** Return the element of `message`; `pane` says who speaks and takes edits. */
export function bubble(message, pane) {
  const own = message.from.id !== state.bot.id;
  const rows = message.reply_markup?.inline_keyboard ?? [];
  const sides = [own ? "own" : "bot", rows.length ? "has-buttons" : ""].filter(Boolean);
  const inner = h("div.bubble", {}, sender(message, own), quoted(message), media(message));
  if (message.text || message.caption) inner.append(words(message, (text) => pane.say(text)));
  inner.append(foot(message, own, pane));
  const element = h(`article.message.${sides.join(".")}`, { "data-id": message.message_id }, inner);
  if (rows.length) element.append(keys(message, rows, pane));
  if (own && message.chat.id < 0 && !message.via_bot && !meant(message)) element.append(h("p.unheard", {}, "没有 @机器人，它看不到这句"));
  return element;
}

function sender(message, own) {
  if (message.chat.id > 0) return null;
  const via = message.via_bot ? ` · 经由 @${message.via_bot.username}` : "";
  return h("span.who", {}, own ? message.from.first_name + via : state.bot.first_name);
}

function quoted(message) {
  const to = message.reply_to_message;
  return to ? h("span.replied", {}, `${to.from.first_name}：${summary(to)}`) : null;
}

function media(message) {
  const kind = Object.keys(MEDIA).find((one) => one in message);
  if (!kind) return null;
  const card = message.contact && `${message.contact.first_name} ${message.contact.phone_number}`;
  const name = message.document?.file_name ?? card ?? MEDIA[kind][1];
  return h("div.media", {}, h("span", { "aria-hidden": "true" }, MEDIA[kind][0]), name);
}

function foot(message, own, pane) {
  const edited = message.edit_date ? "已编辑 " : "";
  const time = h("time", { datetime: new Date(message.date * 1000).toISOString() }, edited + clock(message.date));
  const edit = own && message.text
    ? h("button.edit", { type: "button", "aria-label": "编辑这条", title: "编辑这条", onclick: () => pane.edit(message) }, icon("edit"))
    : null;
  const reply = !own && message.chat.id < 0
    ? h("button.edit", { type: "button", "aria-label": "回复这条", title: "回复这条", onclick: () => pane.reply(message) }, icon("reply"))
    : null;
  return h("div.foot", {}, edit, reply, time);
}

function keys(message, rows, pane) {
  return h("div.keys", {}, rows.map((row) => h("div.key-row", {}, row.map((button) => key(message, button, pane)))));
}

function key(message, button, pane) {
  if (button.url) return h("a.key", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, `${button.text} ↗`);
  if (button.copy_text) return h("button.key", { type: "button", onclick: () => copy(button.copy_text.text) }, button.text);
  const sharing = button.switch_inline_query_chosen_chat ?? (button.switch_inline_query_current_chat === undefined ? null : { query: button.switch_inline_query_current_chat });
  if (sharing) return h("button.key", { type: "button", onclick: () => pane.share(sharing.query ?? "") }, button.text);
  const waits = isWaiting(message, button.callback_data);
  const attributes = { type: "button", "aria-busy": waits ? "true" : null, onclick: () => pane.press(message, button.callback_data) };
  return h(`button.key${waits ? ".waiting" : ""}`, attributes, button.text);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`已复制：${text}`);
  } catch {
    toast(text);
  }
}

function meant(message) {
  const words = message.text ?? message.caption ?? "";
  const marks = [...(message.entities ?? []), ...(message.caption_entities ?? [])];
  const named = words.toLowerCase().includes(`@${state.bot.username}`) || marks.some((mark) => mark.user?.id === state.bot.id);
  return named || words.startsWith("/") || message.reply_to_message?.from.id === state.bot.id;
}

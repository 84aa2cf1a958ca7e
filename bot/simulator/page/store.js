// What the page knows: the server's state, kept up to date by its events, and the requests made of it.

import { toast } from "./dom.js";

export const state = { bot: { first_name: "", id: 0 }, description: "", online: false, chats: new Map(), faults: {}, record: [] };

/** Presses that wait for the bot: "chat:message:data" by query id. */
export const waiting = new Map();

const RECORD = 300;
const NO_ANSWER = 15_000;
const listeners = [];

/** Call `listener(kind, detail)` after each change. */
export function listen(listener) {
  listeners.push(listener);
}

export function tell(kind, detail = {}) {
  for (const listener of listeners) listener(kind, detail);
}

/** Ask the server; a failure is shown, and null returned. */
export async function ask(path, body, method = "POST") {
  try {
    const options = body === undefined ? { method } : { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(`/api/${path}`, options);
    if (!answer.ok) throw new Error(await answer.text());
    return await answer.json();
  } catch (error) {
    toast(`没有成功：${error.message}`);
    return null;
  }
}

/** Press a button and remember that it waits. */
export async function press(message, data, user) {
  const answer = await ask("presses", { chat: message.chat.id, message_id: message.message_id, data, user });
  if (!answer) return;
  const key = `${message.chat.id}:${message.message_id}:${data}`;
  waiting.set(answer[0], key);
  tell("waiting", { chat: message.chat.id, message_id: message.message_id });
  setTimeout(() => {
    if (waiting.delete(answer[0])) tell("waiting", { chat: message.chat.id, message_id: message.message_id });
  }, NO_ANSWER);
}

/** Tell whether a button waits for the bot. */
export function isWaiting(message, data) {
  const key = `${message.chat.id}:${message.message_id}:${data}`;
  return [...waiting.values()].includes(key);
}

function chatOf(described) {
  const known = state.chats.get(described.id) || { messages: new Map(), unread: 0, typing: 0 };
  return Object.assign(known, described, { messages: known.messages });
}

const handlers = {
  state({ state: whole }) {
    const unread = new Map([...state.chats].map(([id, chat]) => [id, chat.unread]));
    state.chats = new Map(whole.chats.map((chat) => {
      const messages = new Map(chat.messages.map((message) => [message.message_id, message]));
      return [chat.id, { ...chat, messages, unread: unread.get(chat.id) || 0, typing: 0 }];
    }));
    Object.assign(state, { bot: whole.bot, description: whole.description, faults: whole.faults, record: whole.record, online: whole.online });
    tell("state");
  },
  beat({ online }) {
    if (online === state.online) return;
    state.online = online;
    tell("online");
  },
  chat({ chat }) {
    state.chats.set(chat.id, chatOf(chat));
    tell("chat", { chat: chat.id });
  },
  gone({ chat_id: id }) {
    state.chats.delete(id);
    tell("gone", { chat: id });
  },
  message({ message }) {
    const chat = state.chats.get(message.chat.id) || chatOf({ id: message.chat.id, title: message.chat.title || message.chat.first_name, group: message.chat.id < 0, commands: [] });
    state.chats.set(chat.id, chat);
    const isNew = !chat.messages.has(message.message_id);
    chat.messages.set(message.message_id, message);
    chat.known = true;
    const own = message.from.id !== state.bot.id;
    if (!own) chat.typing = 0;
    tell("message", { chat: chat.id, message, isNew, own });
  },
  deleted({ chat_id: id, message_id: number }) {
    state.chats.get(id)?.messages.delete(number);
    tell("deleted", { chat: id, message_id: number });
  },
  action({ chat_id: id, action }) {
    const chat = state.chats.get(id);
    if (!chat) return;
    chat.typing = Date.now() + 5000;
    chat.action = action;
    tell("typing", { chat: id });
    setTimeout(() => tell("typing", { chat: id }), 5100);
  },
  answered({ query, chat_id: id, message_id: number, text, alert }) {
    waiting.delete(query);
    tell("waiting", { chat: id, message_id: number });
    if (text && alert) tell("alert", { text });
    else if (text) toast(text);
  },
  faults({ faults }) {
    state.faults = faults;
    tell("faults");
  },
  call({ call }) {
    if (state.record.some((known) => known.number === call.number)) return;
    state.record.push(call);
    if (state.record.length > RECORD) state.record.shift();
    tell("call", { call });
  },
};

/** Listen to the server for as long as the page is open. */
export function connect() {
  const events = new EventSource("/api/events");
  events.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    handlers[event.event]?.(event);
  };
  events.onerror = () => {
    state.online = false;
    tell("lost");
  };
}

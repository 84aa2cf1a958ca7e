// Build elements. Text goes in as text nodes only, so nothing that a resident writes can become markup.

/** Return an element: `h("p.note", {title: "…", onclick: f}, "text", child)`. */
export function h(kind, attributes = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "disabled" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return an icon of the sprite in index.html. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Return a round button that shows an icon and is named for those who do not see it. */
export function iconButton(name, label, onclick, extra = {}) {
  return h("button.icon", { type: "button", "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

/** Return a name's round picture: its first character on a colour of its own. */
export function face(title, id) {
  return h(`span.face.c${Math.abs(id) % 7}`, { "aria-hidden": "true" }, [...title][0] || "?");
}

/** Return hours and minutes of a Unix time. */
export function clock(seconds, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", ...(withSeconds ? { second: "2-digit" } : {}), hour12: false };
  return new Date(seconds * 1000).toLocaleTimeString("zh-CN", options);
}

/** Return the day of a Unix time as people say it. */
export function day(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return "今天";
  return date.toLocaleDateString("zh-CN", { month: "long", day: "numeric" });
}

/** Show a short notice at the bottom. */
export function toast(text) {
  const shown = h("p", {}, text);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), 4000);
}

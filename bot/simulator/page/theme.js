// Light or dark before the first paint: as the system wishes, or as chosen here.
"use strict";
(() => {
  const KEY = "theme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try { chosen = localStorage.getItem(KEY); } catch { /* storage is off: the system decides */ }
  const show = () => { document.documentElement.dataset.theme = chosen || (dark.matches ? "dark" : "light"); };
  dark.addEventListener("change", show);
  show();
  window.switchTheme = () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, chosen); } catch { /* lasts until the page is left */ }
    show();
  };
})();

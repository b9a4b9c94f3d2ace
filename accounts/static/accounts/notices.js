/* The bell above every page: how many notices are new, and each new one said once, for as long as one wants to read it.
   Without this file the bell leads to the notices. */
"use strict";

(() => {
  const gettext = window.gettext || ((text) => text);
  const EVERY = 15000, SAID = "notices.said";
  const ICONS = { good: "check_circle", look: "info", bad: "error" };

  function make(name, given, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function start() {
    const bell = document.querySelector("[data-notices]");
    if (!bell) return;
    const count = bell.querySelector(".ac-bell-count");
    const place = make("div", { class: "ac-told", role: "status", "aria-live": "polite" });
    document.body.append(place);

    // Said on one page is said on all, in this browser.
    const said = () => Number(localStorage.getItem(SAID) || 0);

    function say({ id, text, level, url }) {
      const icon = make("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, ICONS[level] || "info");
      const close = make("button", { type: "button", class: "tl-icon-button", "aria-label": gettext("Close") },
        make("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, "close"));
      const body = make("div", {}, make("p", {}, text));
      if (url) body.append(make("a", { class: "tl-link", href: url }, gettext("Open")));
      const one = make("div", { class: `ac-notice ac-is-${level}` }, icon, body, close);
      close.addEventListener("click", () => one.remove());
      place.append(one);
      localStorage.setItem(SAID, Math.max(said(), id));
    }

    async function look() {
      try {
        const answer = document.hidden ? null : await fetch(bell.dataset.notices, { headers: { Accept: "application/json" } });
        if (answer?.ok && !answer.redirected) {
          const found = await answer.json();
          count.hidden = !found.new;
          count.textContent = found.new > 99 ? "99+" : found.new;
          const already = said();
          found.newest.reverse().filter(({ id }) => id > already).forEach(say);
        }
      } catch { /* the next look may be luckier */ }
      setTimeout(look, EVERY);
    }

    // The page that shows them all: they are read now.
    const form = document.querySelector("[data-read-notices]");
    if (form) {
      form.hidden = true;
      localStorage.setItem(SAID, Math.max(said(), Number(form.elements.up_to.value)));
      fetch(form.action, { method: "POST", body: new FormData(form) }).then(look, look);
    } else look();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();

/* What pages of journeys do beside being read: menus stand at their button, numbers refresh, a click selects a line.
   Everything works without this file too. */
"use strict";

(() => {
  // Texts come from the catalogue of the page's language (config/urls.py); without one they are English.
  const gettext = window.gettext || ((text) => text);
  const ready = (call) => (document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", call) : call());

  // Menus: the browser opens and closes them (popover); this puts them beside their button, and arrows walk them.
  function place(menu, button) {
    const at = button.getBoundingClientRect(), own = menu.getBoundingClientRect();
    const below = at.bottom + own.height + 8 < window.innerHeight;
    menu.style.position = "fixed";
    menu.style.inset = "auto";
    menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - own.height - 4)}px`;
    menu.style.left = `${Math.max(8, Math.min(at.right - own.width, window.innerWidth - own.width - 8))}px`;
  }

  function menus() {
    document.querySelectorAll("[popovertarget]").forEach((button) => {
      const menu = document.getElementById(button.getAttribute("popovertarget"));
      if (!menu) return;
      menu.addEventListener("toggle", (event) => {
        if (event.newState !== "open") return;
        place(menu, button);
        menu.querySelector("a")?.focus();
      });
      menu.addEventListener("keydown", (event) => {
        const links = [...menu.querySelectorAll("a")], now = links.indexOf(document.activeElement);
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        links[(now + step + links.length) % links.length].focus();
      });
      window.addEventListener("scroll", () => menu.matches(":popover-open") && menu.hidePopover(), { passive: true, capture: true });
    });
  }

  // Numbers of a journey that moves, every few seconds while the page is looked at.
  const EVERY = 4000;

  function write(name, text) {
    document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`).forEach((place) => {
      if (place.textContent.trim() === text) return;
      place.textContent = text;
      const item = place.closest("li");
      if (!item) return;
      item.classList.remove("tl-changed");
      void item.offsetWidth;
      item.classList.add("tl-changed");
      item.classList.toggle("tl-zero", text === "0");
    });
  }

  function show(found) {
    const said = (n) => n.toLocaleString("en");
    write("entered", said(found.entered));
    write("rate", found.rate);
    for (const [name, [n, share]] of Object.entries(found.parts)) {
      write(`part.${name}`, said(n));
      document.querySelectorAll(`[data-share="${name}"]`).forEach((part) => { part.style.width = `${share}%`; });
    }
    for (const [key, counts] of Object.entries(found.nodes)) {
      for (const [what, n] of Object.entries(counts)) write(`node.${key}.${what}`, said(n));
    }
  }

  function refresh() {
    const page = document.querySelector("[data-moving]");
    if (!page) return;
    const note = document.getElementById("tl-fresh");
    const ask = async () => {
      if (!document.hidden) {
        try {
          const answer = await fetch(page.dataset.counters, { headers: { Accept: "application/json" }, credentials: "same-origin" });
          if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
          const found = await answer.json();
          show(found);
          if (note) note.hidden = false;
          if (found.status !== page.dataset.status || found.held !== Boolean(page.dataset.held)) return window.location.reload();
        } catch (error) {
          if (note) note.hidden = true;
        }
      }
      window.setTimeout(ask, EVERY);
    };
    window.setTimeout(ask, EVERY);
  }

  // The document: line numbers, and a click on a problem selects its line.
  function select(area, line) {
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    area.focus({ preventScroll: true });
    area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(0, (line - 5) * height);
    area.scrollLeft = 0;
    area.scrollIntoView({ block: "nearest" });
  }

  function editor() {
    const area = document.querySelector("textarea[data-gutter]");
    if (!area) return;
    const gutter = area.parentElement.querySelector(".tl-gutter");
    const marked = new Set([...document.querySelectorAll("[data-line]")].map((button) => Number(button.dataset.line)));
    let shown = -1;
    const number = () => {
      const n = area.value.split("\n").length;
      if (n !== shown) {
        shown = n;
        gutter.replaceChildren(...Array.from({ length: n }, (_, i) => {
          const line = document.createElement("div"), text = document.createElement("span");
          text.textContent = String(i + 1);
          if (marked.has(i + 1)) text.className = "tl-marked";
          line.append(text);
          return line;
        }));
      }
      gutter.scrollTop = area.scrollTop;
    };
    number();
    area.addEventListener("input", number);
    area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
    document.querySelectorAll(".tl-line").forEach((button) => {
      button.addEventListener("click", () => select(area, Number(button.dataset.line)));
    });
    const form = area.form, saved = area.value;
    let leaving = false;
    form.addEventListener("submit", () => { leaving = true; });
    document.getElementById("undo-form")?.addEventListener("submit", () => { leaving = true; });
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && area.value !== saved) event.preventDefault();
    });
    area.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s" && !area.readOnly) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("button[name=revision]"));
      }
    });
  }

  // The theme speaks of apps and models; staff look for journeys, accounts and people.
  function naming() {
    document.querySelectorAll('[x-on\\:click*="opencommand"] .truncate').forEach((place) => { place.textContent = gettext("Search…"); });
    document.getElementById("search-input-command")?.setAttribute("placeholder", gettext("Journeys, accounts, people"));
  }

  // The theme writes the name of a chosen file into the next text field, which is a field of its own here.
  function files() {
    document.querySelectorAll(".tl-field input[type=file]").forEach((input) => { input.hasChangeListener = true; });
  }

  ready(() => { naming(); files(); menus(); refresh(); editor(); });
})();

/* The theme makes some of its buttons of elements that only a mouse reaches. This gives them a name, a stop of Tab,
   Enter and Space, and says whether what they open is open. */
(() => {
  const gettext = window.gettext || ((text) => text);
  const ready = (call) => (document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", call) : call());
  const STOPS = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']";

  // `panel`: what it opens. `enter`: whether a key that opens it leads into it; Escape then closes it and leads back.
  const BUTTONS = [
    { at: '[x-on\\:click="filterOpen = true"]', label: () => gettext("Filters"), panel: "#changelist-filter", enter: true },
    { at: '[x-on\\:click="openUserLinks = !openUserLinks"]', label: (text) => `${gettext("User menu")}: ${text}`, panel: '[x-show="openUserLinks"]', enter: true },
    { at: '[x-on\\:click^="sidebarDesktopOpen = "]', label: () => gettext("Sidebar"), panel: "#nav-sidebar" },
    { at: '#main [x-on\\:click^="sidebarMobileOpen = "]', label: () => gettext("Sidebar"), panel: "#nav-sidebar", enter: true },
    { at: '#nav-sidebar [x-on\\:click^="sidebarMobileOpen = "]', label: () => gettext("Close the sidebar") },
    { at: '[x-on\\:click="$dispatch(\'opencommand\')"]', label: () => gettext("Search") },
    { at: '[x-on\\:click^="switchTheme("]', label: (text) => text },
  ];

  const isShown = (element) => element.getClientRects().length > 0;

  // What it says without the names of its icons.
  function said(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function mend(button, { label, panel, enter }) {
    button.setAttribute("role", "button");
    button.setAttribute("tabindex", "0");
    button.setAttribute("aria-label", label(said(button)));
    button.classList.add("tl-mended");
    // Before the click: what it opens may be open before the next listener of the key is called.
    const opened = panel && document.querySelector(panel);
    if (opened) follow(button, opened, enter);
    button.addEventListener("keydown", (event) => {
      if (event.target !== button || !["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      button.click();
    });
  }

  function follow(button, panel, enter) {
    let was = isShown(panel), byKey = false;
    const say = () => {
      const is = isShown(panel);
      button.setAttribute("aria-expanded", String(is));
      if (is === was) return;
      was = is;
      if (!enter || !isShown(button)) return;
      if (is && byKey) [...panel.querySelectorAll(STOPS)].find(isShown)?.focus();
      if (!is && byKey && (document.activeElement === document.body || panel.contains(document.activeElement))) button.focus();
      if (!is) byKey = false;
    };
    button.addEventListener("keydown", (event) => { byKey ||= ["Enter", " "].includes(event.key); });
    // Filters close themselves with Escape.
    if (enter && panel.id !== "changelist-filter") {
      document.addEventListener("keydown", (event) => {
        const here = panel.contains(document.activeElement) || document.activeElement === button;
        if (event.key === "Escape" && here && isShown(panel) && isShown(button)) button.click();
      });
    }
    // What shows or hides it may be one of those around it.
    const watch = new MutationObserver(say);
    for (let each = panel; each; each = each.parentElement) {
      watch.observe(each, { attributeFilter: ["style", "class", "x-cloak"] });
    }
    window.addEventListener("resize", say);
    say();
  }

  ready(() => BUTTONS.forEach((kind) => document.querySelectorAll(kind.at).forEach((button) => mend(button, kind))));
})();

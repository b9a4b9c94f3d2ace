/* The roles of a template, edited all at once: moved, added, removed on the page, kept by Save.
   Without this file each of these saves the draft. */
"use strict";

(() => {
  const form = document.querySelector("[data-role-cards]");
  if (!form) return;
  // Texts come from the catalogue of the page's language (config/urls.py); without one they are English.
  const gettext = window.gettext || ((text) => text);
  const fill = (text, names) => text.replace(/%\((\w+)\)s/g, (whole, name) => names[name]);
  const list = form.querySelector("[data-cards]"), blank = document.getElementById("bg-blank");
  const bar = document.querySelector("[data-shares] .bg-bar"), moved = form.querySelector("[data-moved]");
  const cards = () => [...list.querySelectorAll(":scope > [data-card]")];
  const field = (card, name) => card.querySelector(`[name$="-${name}"]`);
  const named = (card) => field(card, "role").selectedOptions[0]?.textContent.trim() || "";
  let added = cards().length;

  function shares() {
    const found = cards(), weights = found.map((card) => Number(field(card, "weight").value) || 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    found.forEach((card, index) => {
      const percent = Math.round((100 * weights[index]) / total);
      card.querySelector("[data-share]").textContent = `${percent} %`;
      card.querySelector("[data-pie]").style.setProperty("--share", percent);
    });
    bar?.replaceChildren(...found.map((card, index) => {
      const part = document.createElement("span"), name = document.createElement("b"), percent = `${Math.round((100 * weights[index]) / total)} %`;
      name.textContent = named(card);
      part.style.flexGrow = weights[index];
      part.title = `${name.textContent}: ${percent}`;
      part.append(name, ` ${percent}`);
      return part;
    }));
  }

  // Numbers, what can be moved where, which roles are taken, and what does not apply.
  function arrange() {
    const found = cards(), taken = found.map((card) => field(card, "role").value);
    found.forEach((card, index) => {
      card.querySelector("[data-number]").textContent = index + 1;
      card.querySelector('[value^="up-"]').disabled = index === 0;
      card.querySelector('[value^="down-"]').disabled = index === found.length - 1;
      for (const option of field(card, "role").options) option.disabled = option.value !== taken[index] && taken.includes(option.value);
      card.classList.toggle("bg-is-manual", !field(card, "assigns_automatically").checked);
      card.classList.toggle("bg-is-optional", !field(card, "is_required").checked);
    });
    form.querySelector(".bg-no-cards").hidden = found.length > 0;
    form.querySelector('[value="add"]').disabled = found.length >= Number(form.dataset.most);
    shares();
  }

  function changed() {
    form.querySelector("[data-unsaved]").hidden = false;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    arrange();
  }

  function add() {
    added += 1;
    const box = document.createElement("ol");
    box.innerHTML = blank.innerHTML.replaceAll("__card__", String(added));
    const card = box.querySelector("[data-card]"), taken = cards().map((each) => field(each, "role").value);
    const free = [...field(card, "role").options].find((option) => !taken.includes(option.value));
    if (free) field(card, "role").value = free.value;
    list.append(card);
    window.throughlineConditions?.(card);
    changed();
    field(card, "role").focus();
  }

  const acts = {
    up: (card) => card.previousElementSibling?.before(card),
    down: (card) => card.nextElementSibling?.after(card),
    remove: (card) => card.remove(),
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    if (button.value === "add") { add(); return; }
    const card = button.closest("[data-card]"), verb = button.value.split("-")[0], name = named(card);
    const next = card.nextElementSibling || card.previousElementSibling;
    acts[verb](card);
    changed();
    if (verb === "remove") {
      moved.textContent = fill(gettext("%(name)s is removed."), { name });
      (next?.querySelector('[value^="remove-"]') || form.querySelector('[value="add"]')).focus();
      return;
    }
    moved.textContent = fill(gettext("%(name)s is number %(n)s now."), { name, n: cards().indexOf(card) + 1 });
    (button.disabled ? card.querySelector(verb === "up" ? '[value^="down-"]' : '[value^="up-"]') : button).focus();
    card.scrollIntoView({ block: "nearest" });
  });
  form.addEventListener("change", () => { form.querySelector("[data-unsaved]").hidden = false; arrange(); });
  form.addEventListener("input", (event) => { if (event.target !== form) form.querySelector("[data-unsaved]").hidden = false; });
  // A condition that is built is written as a change; the page is not changed by being opened.
  arrange();
})();

/* The editor of stages: the names in the matrix follow what is typed. All else works without it. */
"use strict";

(() => {
  const form = document.querySelector("[data-stages]");
  if (!form) return;
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !event.target.matches("[data-name]")) return;
    const name = event.target.value.trim();
    if (name) for (const each of form.querySelectorAll(`[data-called="${row.dataset.row}"]`)) each.textContent = name;
  });
  // A row that was just added is where one goes on.
  form.querySelector("[autofocus]")?.scrollIntoView({ block: "center" });
})();

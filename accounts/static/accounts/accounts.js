/* What pages of accounts do beside being read. Everything works without this file too. */
"use strict";

(() => {
  const EVERY = 1000;

  // "Choose all on this page"
  document.querySelectorAll("input[data-all]").forEach((all) => {
    all.addEventListener("change", () => {
      all.form.querySelectorAll(`input[name="${all.dataset.all}"]`).forEach((box) => { box.checked = all.checked; });
    });
  });

  // A second thought before what cannot be undone with one click.
  document.querySelectorAll("[data-confirm]").forEach((button) => {
    button.addEventListener("click", (event) => { if (!window.confirm(button.dataset.confirm)) event.preventDefault(); });
  });

  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.addEventListener("click", async () => {
      const place = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(place.textContent);
        button.querySelector("span:last-child").textContent = "✓";
      } catch {
        getSelection().selectAllChildren(place);
      }
    });
  });

  // An import that runs: its figures every second, and the page anew when it is over.
  const running = document.querySelector("[data-progress]");

  function show(found) {
    running.querySelector("progress").value = found.percent;
    running.querySelector("[data-figure=label]").textContent = found.label;
    [found.rows, found.created, found.updated, found.unchanged, found.failed].forEach((n, index) => {
      const place = document.querySelector(`[data-figure="${index}"]`);
      if (place) place.textContent = n.toLocaleString("en");
    });
  }

  async function look() {
    try {
      const answer = await fetch(running.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const found = await answer.json();
        if (found.is_over) { window.location.reload(); return; }
        show(found);
      }
    } catch { /* the next look may be luckier */ }
    setTimeout(look, EVERY);
  }

  if (running) setTimeout(look, EVERY);
})();

/* Runs that are open: their bars every two seconds, and the page anew when one of them is over. */
"use strict";

(() => {
  const EVERY = 2000, page = document.querySelector("[data-runs]");
  if (!page) return;
  const shown = [...page.querySelectorAll("[data-run]")].map((bar) => bar.dataset.run).sort().join();

  async function look() {
    try {
      const answer = document.hidden ? null : await fetch(page.dataset.runs, { headers: { Accept: "application/json" } });
      if (answer?.ok && !answer.redirected) {
        const { runs } = await answer.json();
        if (Object.keys(runs).sort().join() !== shown) { window.location.reload(); return; }
        for (const [id, { label, percent }] of Object.entries(runs)) {
          page.querySelector(`[data-run="${id}"]`).value = percent;
          page.querySelector(`[data-run-label="${id}"]`).textContent = label;
        }
      }
    } catch { /* the next look may be luckier */ }
    setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY);
})();

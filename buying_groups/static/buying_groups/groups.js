/* Choosing people of a buying group. Everything works without this file too. */
"use strict";

(() => {
  // How many are ticked, and buttons that need some and not too many.
  document.querySelectorAll("form[data-choose]").forEach((form) => {
    const most = Number(form.dataset.most), said = form.querySelector("[data-chosen]"), hint = said?.textContent;
    const boxes = () => [...form.querySelectorAll('input[name="person"]')];

    function count() {
      const n = boxes().filter((box) => box.checked).length;
      form.querySelectorAll("[data-needs-choice]").forEach((button) => { button.disabled = n === 0 || n > most; });
      if (said) {
        said.textContent = n === 0 ? hint : n > most ? form.dataset.tooMany.replace("%n", n - most) : `${n} / ${most}`;
        said.classList.toggle("tl-bad-text", n > most);
      }
    }

    // A role that is chosen chooses its person.
    form.addEventListener("change", (event) => {
      const row = event.target.closest("tr"), box = row?.querySelector('input[name="person"][type="checkbox"]');
      if (event.target.tagName === "SELECT" && box) box.checked = event.target.value !== "";
      if (event.target.matches("[data-all]") && event.target.checked) {
        boxes().filter((one) => one.checked).slice(most).forEach((one) => { one.checked = false; });
      }
      count();
    });
    addEventListener("pageshow", count);
    count();
  });

  // A search keeps who is ticked, with their roles.
  document.querySelectorAll("form[data-find]").forEach((search) => {
    search.addEventListener("submit", () => {
      const form = document.getElementById(search.dataset.find);
      form.querySelectorAll('input[name="person"]:checked').forEach((box) => {
        const role = box.closest("tr").querySelector("select");
        for (const [name, value] of [["person", box.value], [role.name, role.value]]) {
          const kept = document.createElement("input");
          kept.type = "hidden";
          kept.name = name;
          kept.value = value;
          search.append(kept);
        }
      });
    });
  });

  // What takes a while to count comes after the page.
  const place = document.querySelector("[data-load]");
  if (place) {
    fetch(place.dataset.load, { headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.statusText))))
      .then((text) => {
        const found = new DOMParser().parseFromString(text, "text/html").getElementById(place.id);
        place.replaceChildren(...found.childNodes);
        place.removeAttribute("aria-busy");
      })
      .catch(() => { window.location.href = place.dataset.load; });
  }

  // One role for all of them, or for all that are ticked: now, and when they have none yet later.
  const all = document.querySelector("[data-for-all]");
  if (all) {
    const chooser = all.querySelector("select"), rows = [...document.querySelectorAll(".bg-pick tbody tr")];
    const known = [...rows[0].querySelector("select").options].filter((option) => option.value);
    chooser.append(new Option("–", ""), ...known.map((option) => new Option(option.text, option.value)));
    const give = (isWanted) => rows.forEach((row) => {
      const role = row.querySelector("select"), box = row.querySelector('input[type="checkbox"]');
      if (chooser.value && (!box || box.checked) && isWanted(role)) role.value = chooser.value;
    });
    chooser.addEventListener("change", () => give(() => true));
    chooser.form.addEventListener("change", (event) => { if (event.target.type === "checkbox") give((role) => !role.value); });
    all.hidden = false;
  }

  // What it means, said anew when somebody else is chosen or a role is.
  document.querySelectorAll("form[data-then]").forEach((form) => {
    const says = document.getElementById(form.dataset.then);
    let asked = 0;

    async function ask() {
      const at = ++asked, wanted = new URLSearchParams({ then: "1" }), sent = new FormData(form);
      sent.getAll("person").forEach((person) => {
        wanted.append("person", person);
        wanted.append(`people__${person}`, sent.get(`people__${person}`) ?? "");
      });
      const answer = await fetch(`?${wanted}`, { headers: { Accept: "text/html" } });
      // Who may not ask any more is told when the form is sent; what was asked first may be answered last.
      if (!answer.ok || answer.redirected || at !== asked) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(says.id);
      if (found && at === asked) says.replaceChildren(...found.childNodes);
    }
    if (says) form.addEventListener("change", ask);
  });
})();

/* The builder of conditions: a form over the textarea that is sent. What cannot be shown as a form stays JSON.
   The grammar and the words are the server's; this only builds what it says (accounts.conditions.catalogue_for). */
"use strict";

(() => {
  if (window.throughlineConditions) return;

  // Texts come from the catalogue of the page's language (config/urls.py); without one they are English.
  const gettext = window.gettext || ((text) => text);
  const ngettext = window.ngettext || ((one, many, n) => (n === 1 ? one : many));
  const fill = (text, names) => text.replace(/%\((\w+)\)s/g, (whole, name) => names[name]);

  const EMPTINESS = ["is_empty", "is_not_empty"], PERIOD = ["in_last", "not_in_last"], DEPTH = 5;
  const INPUT = { number: "number", date: "date", time: "date" };
  let serial = 0;

  function make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name in made && name !== "list" && name !== "type") made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  const icon = (name) => make("span", { className: "material-symbols-outlined", "aria-hidden": "true" }, name);
  const isGroup = (item) => item && typeof item === "object" && "filters" in item && !("field" in item);
  const day = (value) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);

  class Builder {
    constructor(box) {
      this.box = box;
      this.text = box.querySelector("textarea");
      const read = (id) => JSON.parse(document.getElementById(id).textContent);
      this.about = box.dataset.about || "account";
      const { fields, names } = read(box.dataset.catalogue);
      this.fields = fields;
      this.names = names;
      this.findings = read(box.dataset.findings);
      this.form = make("div", { className: "ac-form" });
      this.says = make("p", { className: "ac-says", role: "status" });
      this.raw = make("button", { type: "button", className: "tl-button tl-small", onclick: () => this.toggle() }, "JSON");
      box.prepend(this.form, make("div", { className: "ac-builder-foot" }, this.says, this.raw));
      if (!this.read()) { this.form.hidden = true; return; }
      this.text.hidden = true;
      // What is said at the filters need not be said below them again.
      if (this.findings.length) box.parentElement.querySelectorAll(":scope > .tl-errors").forEach((list) => { list.hidden = true; });
      this.draw();
      this.ask(0);
    }

    read() {
      if (!this.text.value.trim()) { this.root = { match: "all", filters: [] }; return true; }
      try { this.root = JSON.parse(this.text.value); } catch { return false; }
      const whole = (item) => !isGroup(item) || (Array.isArray(item.filters) && item.filters.every(whole));
      return isGroup(this.root) && whole(this.root);
    }

    toggle() {
      if (this.text.hidden) { this.text.hidden = false; this.form.hidden = true; this.text.focus(); return; }
      if (!this.read()) { this.tell(gettext("This text cannot be shown as a form.")); return; }
      this.text.hidden = true;
      this.form.hidden = false;
      this.findings = [];
      this.draw();
      this.ask(0);
    }

    write() {
      this.text.value = this.root.filters.length ? JSON.stringify(this.root, null, 2) : JSON.stringify({ match: this.root.match, filters: [] });
      this.text.dispatchEvent(new Event("change", { bubbles: true }));
      this.findings = [];
      this.ask(450);
    }

    changed(focus) {
      this.write();
      this.draw();
      if (focus) this.form.querySelector(`[data-key="${focus}"]`)?.focus();
    }

    draw() {
      this.form.replaceChildren(this.group(this.root, [], this.fields, null));
      this.form.querySelectorAll("[data-at]").forEach((place) => {
        const at = JSON.parse(place.dataset.at);
        const own = this.findings.filter((finding) => place.dataset.depth === "filter" ? at.every((part, i) => finding.at[i] === part) : JSON.stringify(this.groupOf(finding.at)) === place.dataset.at);
        place.querySelectorAll(":scope > .tl-errors").forEach((old) => old.remove());
        if (own.length) place.append(make("ul", { className: "tl-errors" }, ...own.map((finding) => make("li", {}, finding.message))));
        place.classList.toggle("ac-has-findings", own.length > 0);
      });
    }

    // The place of the group that a finding is about, when it is about no filter.
    groupOf(at) {
      const numbers = at.map((part, i) => (typeof part === "number" && at[i - 1] === "filters" ? i : -1)).filter((i) => i >= 0);
      if (!numbers.length) return [];
      const last = numbers[numbers.length - 1], upTo = at.slice(0, last + 1);
      const item = upTo.reduce((value, part) => value?.[part], this.root);
      return isGroup(item) ? upTo : ["filter"];
    }

    group(group, at, fields, remove) {
      const key = at.join(".") || "top";
      const match = make("select", { className: "ac-input ac-match", "data-key": `${key}.match`, "aria-label": gettext("How the filters go together"), onchange: (event) => { group.match = event.target.value; this.write(); } },
        ...[["all", gettext("all of these hold")], ["any", gettext("at least one of these holds")]].map(([value, label]) => make("option", { value, selected: group.match === value }, label)));
      const head = make("div", { className: "ac-group-head" }, match, ...(remove ? [this.remover(gettext("Remove this group"), remove)] : []));
      const items = group.filters.map((item, index) => {
        const here = [...at, "filters", index];
        const drop = () => { group.filters.splice(index, 1); this.changed(`${key}.add`); };
        return isGroup(item) ? this.group(item, here, fields, drop) : this.filter(item, here, group, index, fields, drop);
      });
      const depth = at.filter((part) => part === "filters").length;
      const buttons = make("div", { className: "ac-group-foot" },
        make("button", { type: "button", className: "tl-button tl-small", "data-key": `${key}.add`, onclick: () => this.add(group, at, fields) }, icon("add"), gettext("Filter")),
        ...(depth + 1 < DEPTH ? [make("button", { type: "button", className: "tl-button tl-small", onclick: () => { group.filters.push({ match: group.match === "all" ? "any" : "all", filters: [] }); this.changed([...at, "filters", group.filters.length - 1].join(".") + ".add"); } }, icon("account_tree"), gettext("Group"))] : []));
      const empty = group.filters.length ? [] : [make("p", { className: "tl-help" }, this.nothing(at))];
      return make("div", { className: "ac-group", role: "group", "aria-label": gettext("Group of filters"), "data-at": JSON.stringify(at), "data-depth": "group" }, head, ...items, ...empty, buttons);
    }

    // What it means that there is no filter: in the whole, in what a set-like field asks, in a group.
    nothing(at) {
      if (at.at(-1) === "value") return gettext("Without a filter any one will do.");
      if (at.length) return gettext("A group needs a filter: add one, or remove the group.");
      if (this.box.dataset.nothing) return this.box.dataset.nothing;
      return this.about === "account" ? gettext("Without a filter it holds for every account.") : gettext("Without a filter it holds for everybody.");
    }

    add(group, at, fields) {
      const first = fields[0];
      group.filters.push({ field: first.name, operator: first.operators[0].name, value: this.start(first, first.operators[0].name) });
      this.changed([...at, "filters", group.filters.length - 1].join(".") + ".field");
    }

    remover(label, drop) {
      return make("button", { type: "button", className: "tl-icon-button ac-remove", title: label, "aria-label": label, onclick: drop }, icon("close"));
    }

    filter(item, at, group, index, fields, drop) {
      const key = at.join("."), field = fields.find((each) => each.name === item.field);
      const row = make("div", { className: "ac-filter", role: "group", "aria-label": fill(gettext("Filter %(n)s"), { n: index + 1 }), "data-at": JSON.stringify(at), "data-depth": "filter" });
      if (!field || !field.operators.some((each) => each.name === item.operator)) {
        const replace = (event) => { try { group.filters[index] = JSON.parse(event.target.value); this.changed(); } catch { event.target.setCustomValidity(gettext("This is no JSON.")); event.target.reportValidity(); } };
        row.append(make("input", { className: "ac-input ac-wide", value: JSON.stringify(item), "aria-label": gettext("Filter as JSON"), onchange: replace }), this.remover(gettext("Remove this filter"), drop));
        return row;
      }
      row.append(this.fieldSelect(item, field, fields, key, (chosen) => rest(chosen, 1)));
      // Whoever chooses by keyboard keeps what they are in: only what stands behind it is made anew.
      const rest = (of, keep) => {
        while (row.children.length > keep) row.lastChild.remove();
        if (keep < 2) row.append(this.operatorSelect(item, of, key, () => rest(of, 2)));
        row.append(this.value(item, of, key, at), ...(of.type === "set" ? [] : this.keys(item, of)), this.remover(gettext("Remove this filter"), drop));
        if (of.type === "set") row.append(this.nested(item, of, at));
        row.classList.remove("ac-has-findings");
      };
      rest(field, 1);
      return row;
    }

    fieldSelect(item, field, fields, key, then) {
      const groups = new Map();
      fields.forEach((each) => groups.set(each.group, [...(groups.get(each.group) || []), each]));
      const choose = (event) => {
        const chosen = fields.find((each) => each.name === event.target.value);
        const operator = chosen.operators.some((each) => each.name === item.operator) ? item.operator : chosen.operators[0].name;
        for (const name of Object.keys(item)) delete item[name];
        Object.assign(item, { field: chosen.name, operator, value: this.start(chosen, operator) });
        if (EMPTINESS.includes(operator)) delete item.value;
        this.write();
        then(chosen);
      };
      return make("select", { className: "ac-input ac-field-select", "data-key": `${key}.field`, "aria-label": gettext("Field"), onchange: choose },
        ...[...groups].map(([label, found]) => make("optgroup", { label }, ...found.map((each) => make("option", { value: each.name, selected: each.name === field.name }, each.label)))));
    }

    operatorSelect(item, field, key, then) {
      const choose = (event) => {
        const before = this.sort(field, item.operator);
        item.operator = event.target.value;
        if (EMPTINESS.includes(item.operator)) delete item.value;
        else if (before !== this.sort(field, item.operator) || !("value" in item)) item.value = this.start(field, item.operator);
        this.write();
        if (before !== this.sort(field, item.operator)) then();
      };
      return make("select", { className: "ac-input ac-operator", "data-key": `${key}.operator`, "aria-label": gettext("Operator"), onchange: choose },
        ...field.operators.map((each) => make("option", { value: each.name, selected: each.name === item.operator }, each.label)));
    }

    // Which editor a value needs.
    sort(field, operator) {
      if (EMPTINESS.includes(operator)) return "none";
      if (field.type === "set") return "set";
      if (field.type === "yes_no") return "yes_no";
      if (PERIOD.includes(operator)) return "period";
      if (operator === "between") return "range";
      const several = ["is", "is_not"].includes(operator);
      if (field.choices.length && several) return "choices";
      if (["number", "date", "time"].includes(field.type) && !several) return "one";
      return "many";
    }

    start(field, operator) {
      return { none: undefined, set: { match: "all", filters: [] }, yes_no: true, period: { value: 30, unit: "days" }, range: { from: null, to: null }, choices: [], one: null, many: [] }[this.sort(field, operator)];
    }

    value(item, field, key, at) {
      const sort = this.sort(field, item.operator), name = fill(gettext("Value of %(field)s"), { field: field.label });
      const editors = {
        none: () => make("span", { className: "ac-value" }),
        set: () => make("span", { className: "ac-value tl-subtle" }, gettext("one that satisfies:")),
        yes_no: () => this.select([[true, gettext("Yes")], [false, gettext("No")]], item.value, (value) => { item.value = value; }, name, key),
        period: () => make("span", { className: "ac-value ac-pair" },
          this.input("number", item.value?.value, (value) => { item.value = { ...item.value, value: Number(value) || null }; }, gettext("How many"), `${key}.value`, { min: 1, step: 1 }),
          this.select([["days", gettext("days")], ["hours", gettext("hours")]], item.value?.unit, (value) => { item.value = { ...item.value, unit: value }; }, gettext("Days or hours"), `${key}.unit`)),
        range: () => make("span", { className: "ac-value ac-pair" }, ...[["from", gettext("from")], ["to", gettext("to")]].flatMap(([end, said], number) => [
          ...(number ? [make("span", { className: "tl-subtle" }, gettext("and"))] : []),
          this.input(INPUT[field.type], item.value?.[end], (value) => { item.value = { ...item.value, [end]: this.typed(field, value) }; }, `${name}: ${said}`, `${key}.${end}`, { step: "any" })])),
        one: () => make("span", { className: "ac-value" }, this.input(item.value == null || field.type === "number" || day(item.value) ? INPUT[field.type] : "text", item.value, (value) => { item.value = this.typed(field, value); }, name, `${key}.value`, { step: "any" })),
        choices: () => this.choices(item, field, name),
        many: () => this.many(item, field, name, key),
      };
      return editors[sort]();
    }

    typed(field, value) {
      if (value === "") return null;
      return field.type === "number" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
    }

    input(type, value, set, label, key, attributes = {}) {
      return make("input", { type, className: "ac-input", value: value ?? "", "aria-label": label, "data-key": key, ...attributes, oninput: (event) => { set(event.target.value); this.write(); } });
    }

    select(options, value, set, label, key) {
      const chosen = (event) => { set(options[event.target.selectedIndex][0]); this.write(); };
      return make("select", { className: "ac-input ac-value", "aria-label": label, "data-key": key, onchange: chosen }, ...options.map(([each, text]) => make("option", { selected: each === value }, text)));
    }

    choices(item, field, name) {
      const list = () => (Array.isArray(item.value) ? item.value : [item.value]);
      const tick = (value) => (event) => { item.value = event.target.checked ? [...list(), value] : list().filter((each) => each !== value); this.write(); };
      return make("span", { className: "ac-value ac-choices", role: "group", "aria-label": name }, ...field.choices.map((choice) =>
        make("label", { className: "tl-check" }, make("input", { type: "checkbox", checked: list().includes(choice.value), onchange: tick(choice.value) }), choice.label)));
    }

    many(item, field, name, key) {
      const list = item.value === undefined || item.value === null ? [] : Array.isArray(item.value) ? item.value : [item.value];
      const said = (value) => (value && typeof value === "object" ? value.name : String(value));
      const chips = list.map((value, index) => make("span", { className: "ac-chip" }, said(value), make("button", { type: "button", "aria-label": fill(gettext("Remove %(name)s"), { name: said(value) }), onclick: () => { item.value = list.filter((_, i) => i !== index); this.changed(`${key}.value`); } }, icon("close"))));
      const put = (event) => {
        const given = event.target.value.trim();
        if (!given) return false;
        event.target.value = "";
        const value = this.typed(field, given);
        if (!list.includes(value)) item.value = [...list, value];
        this.changed(event.type === "change" ? null : `${key}.value`);
        return true;
      };
      const keys = (event) => {
        if (event.key === "Enter") { event.preventDefault(); put(event); }
        if (event.key === "Backspace" && !event.target.value && list.length) { item.value = list.slice(0, -1); this.changed(`${key}.value`); }
      };
      const known = this.names[field.resource] || [], id = `ac-names-${(serial += 1)}`;
      const typing = make("input", { className: "ac-typing", type: "text", "aria-label": fill(gettext("%(field)s: type one and press Enter"), { field: name }), placeholder: list.length ? gettext("or …") : known.length ? gettext("Choose or type") : gettext("Type, then Enter"), "data-key": `${key}.value`, onkeydown: keys, onchange: put, ...(known.length ? { list: id } : {}) });
      return make("span", { className: "ac-value ac-many" }, ...chips, typing, ...(known.length ? [make("datalist", { id }, ...known.map((value) => make("option", { value })))] : []));
    }

    // Related rows: a group of its own, and whatever other keys the field takes.
    nested(item, field, at) {
      if (!isGroup(item.value)) item.value = { match: "all", filters: [] };
      return make("div", { className: "ac-nested" }, ...this.keys(item, field), this.group(item.value, [...at, "value"], field.fields, null));
    }

    // What a filter holds beside field, operator and value: a name, or JSON.
    keys(item, field) {
      return field.keys.map((name) => {
        const known = this.names[field.key_resources[name]] || [], id = `ac-names-${(serial += 1)}`;
        const held = item[name], said = held === undefined ? "" : typeof held === "string" ? held : held?.name ?? JSON.stringify(held);
        const put = (event) => {
          let value = event.target.value.trim();
          if (!(name in field.key_resources)) try { value = JSON.parse(value); } catch { /* a word */ }
          if (value === "") delete item[name]; else item[name] = value;
          this.write();
        };
        return make("label", { className: "ac-extra" }, name, make("input", { className: "ac-input", value: said, onchange: put, placeholder: known.length ? gettext("Choose or type") : "", ...(known.length ? { list: id } : {}) }), ...(known.length ? [make("datalist", { id }, ...known.map((each) => make("option", { value: each })))] : []));
      });
    }

    // What it says in words, and how many satisfy it now: asked while one builds.
    ask(after) {
      clearTimeout(this.waiting);
      if (!this.box.dataset.preview) return;
      // Where a filter is needed, the condition without one holds for nobody, whatever it would mean elsewhere.
      if (this.box.dataset.nothing && !this.root.filters.length) {
        this.turn = (this.turn || 0) + 1;
        this.says.textContent = "";
        return;
      }
      this.waiting = setTimeout(async () => {
        const turn = (this.turn = (this.turn || 0) + 1);
        const token = this.text.form?.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
        try {
          const answer = await fetch(this.box.dataset.preview, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ condition: this.text.value }) });
          if (answer.ok && turn === this.turn) this.tell(await answer.json());
        } catch { /* the count is a comfort; the form works without it */ }
      }, after);
    }

    tell(found) {
      if (typeof found === "string") { this.says.textContent = found; return; }
      const n = this.about === "account" ? found.accounts : found.people;
      const count = n === undefined ? "" : n === null ? gettext("Too many to count quickly.") : fill(this.about === "account" ? ngettext("%(n)s account now", "%(n)s accounts now", n) : ngettext("%(n)s person now", "%(n)s people now", n), { n: n.toLocaleString("en") });
      // What is wrong is said in the place of the number, which would be that of another condition.
      const [wrong] = found.findings.map((finding) => finding.message);
      this.says.replaceChildren(...(found.words ? [make("strong", {}, wrong || count), ` – ${found.words}`] : [make("span", { className: "tl-subtle" }, fill(gettext("Not complete yet: %(fault)s"), { fault: wrong || "" }))]));
      if (found.words && found.findings.length) { this.findings = found.findings; this.mark(); }
    }

    // Findings beside filters, without drawing anew what somebody types in.
    mark() {
      if (!this.form.contains(document.activeElement)) this.draw();
    }
  }

  // Also for what a script adds to the page later: each box once.
  const start = (root) => root.querySelectorAll("[data-condition]:not([data-built])").forEach((box) => { box.dataset.built = "1"; new Builder(box); });
  window.throughlineConditions = start;
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start(document)); else start(document);
})();

/* Progressive enhancement of generated pages: all content is readable without this script. */
(() => {
  "use strict";

  const DAY = 24 * 60 * 60 * 1000;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Today by the reader's clock, in days since 1970: the page may be older than the visit. */
  function today() {
    const now = new Date();
    return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY;
  }

  const dayOf = text => Date.parse(`${text}T00:00:00Z`) / DAY;

  /* --- timeline: today line ------------------------------------------------------------------- */

  function placeToday(chart) {
    const first = dayOf(chart.dataset.first), last = dayOf(chart.dataset.last);
    if (today() < first || today() > last) return;
    for (const line of all(".mm-g-today", chart)) {
      line.style.setProperty("--at", `${(100 * (today() - first) / (last - first + 1)).toFixed(2)}%`);
      line.hidden = false;
    }
    for (const line of all(".mm-g-asof", chart)) line.hidden = dayOf(chart.dataset.asof) === today();
  }

  /* --- checklists: filter by track, stage and tag; the URL keeps the filter ------------------- */

  function show(element, isShown) {
    element.hidden = !isShown;
    const entry = element.id && document.querySelector(`.md-nav__link[href="#${CSS.escape(element.id)}"]`);
    if (entry) entry.closest("li").hidden = !isShown;
  }

  function matches(list, wanted) {
    return Object.entries(wanted).every(([name, value]) => !value || JSON.parse(list.dataset[name]).includes(value));
  }

  function filter(form) {
    const selects = all("select", form), said = form.querySelector("output");

    function apply() {
      const wanted = Object.fromEntries(selects.map(select => [select.name, select.value]));
      let number = 0;
      for (const group of all(".mm-group")) {
        const lists = all(".mm-checklist", group);
        for (const list of lists) list.hidden = !matches(list, wanted);
        const shown = lists.filter(list => !list.hidden);
        number += shown.reduce((sum, list) => sum + all(".mm-task", list).length, 0);
        const hasMore = group.querySelector(":scope > .mm-more") && lists.some(list => matches(list, { track: wanted.track }));
        show(group, shown.length > 0 || hasMore);
        show(group.previousElementSibling, shown.length > 0 || hasMore);
      }
      said.textContent = said.dataset.text.replace("#", number);
      form.querySelector("[type=reset]").hidden = !selects.some(select => select.value);
    }

    function read() {
      const asked = new URL(location.href).searchParams;
      for (const select of selects) {
        select.value = asked.get(select.name) ?? "";
        if (select.selectedIndex < 0) select.value = "";
      }
      apply();
    }

    function write() {
      const address = new URL(location.href);
      for (const select of selects) {
        if (select.value) address.searchParams.set(select.name, select.value);
        else address.searchParams.delete(select.name);
      }
      history.replaceState(history.state, "", address);
      apply();
    }

    form.addEventListener("change", write);
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { selects[0].focus(); write(); }));
    form.hidden = false;
    read();
  }

  /* --- long pages: a number opens to its derivation, which is on the page of its item ----------- */

  async function derivation(address) {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    const found = page.querySelector("details.mm-why");
    for (const link of all("a", found)) link.href = new URL(link.getAttribute("href"), answer.url).href;
    return found;
  }

  function openInPlace(link) {
    link.addEventListener("click", async event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      try {
        const found = await derivation(link.href), summary = found.querySelector("summary");
        summary.replaceChildren(...link.childNodes);
        found.open = true;
        link.replaceWith(found);
        summary.focus();
      } catch {
        location.assign(link.href); // no such page, or no network
      }
    });
  }

  /* --- tables: sort by column ----------------------------------------------------------------- */

  function sortable(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const words = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
    if (body.rows.length < 2) return;

    const keyOf = (row, place) => row.cells[place].dataset.sort ?? row.cells[place].textContent.trim();

    function compare(one, other, isNumber) {
      return isNumber ? Number(one) - Number(other) : words.compare(one, other);
    }

    function sort(place) {
      const head = heads[place], isDown = head.getAttribute("aria-sort") === "ascending";
      const isNumber = head.dataset.sort === "number";
      const rows = [...body.rows].map(row => [row, keyOf(row, place)]);
      rows.sort(([, one], [, other]) => {
        if (!one || !other) return (one ? 0 : 1) - (other ? 0 : 1); // empty values come last in both directions
        return compare(one, other, isNumber) * (isDown ? -1 : 1);
      });
      body.append(...rows.map(([row]) => row));
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    }

    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "mm-sort";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(place));
      head.append(button);
    });
    table.classList.add("mm-sorted");
  }

  /* --- accessible names that the theme leaves out --------------------------------------------- */

  /* Label the search dialog like its input. */
  function nameSearch(dialog) {
    const field = dialog.querySelector("input");
    if (field) dialog.setAttribute("aria-label", field.placeholder || field.getAttribute("aria-label") || "");
  }

  /* Label a checkbox with its task's text, without nested lists. */
  function nameTask(box) {
    const task = box.closest("li").cloneNode(true);
    for (const nested of all("ul, ol", task)) nested.remove();
    box.setAttribute("aria-label", task.textContent.trim());
  }

  /* --- item pages: mark the item's collection as active in the navigation --------------------- */

  /* Items are not in the navigation, so the theme marks no active section. */
  function markSection(crumbs) {
    const page = crumbs.querySelector("a").pathname;
    const link = all(".md-nav--primary .md-nav__link").find(each => each.pathname === page);
    const sections = all(".md-nav--primary > .md-nav__list > .md-nav__item");
    const place = sections.findIndex(section => section.contains(link));
    if (place < 0) return;
    link.classList.add("md-nav__link--active");
    sections[place].classList.add("md-nav__item--active");
    sections[place].classList.toggle("md-nav__item--section", sections[place].matches(".md-nav__item--nested"));
    for (const toggle of all(":scope > .md-nav__toggle", sections[place])) toggle.checked = true;
    for (const list of all(":scope > .md-nav", sections[place])) list.setAttribute("aria-expanded", "true");
    all(".md-tabs__item")[place]?.classList.add("md-tabs__item--active");
  }

  /* --- initialise once per page --------------------------------------------------------------- */

  /* --- formulas: as MathML, unless the site loads a script that reads their source ------------- */

  function showFormula(element) {
    if (!window.MathJax && !window.katex) element.innerHTML = element.dataset.mathml;
  }

  const STARTS = [
    [".mm-gantt", placeToday],
    ["form.mm-filter", filter],
    ["table.mm-sortable", sortable],
    ["a.mm-sourced", openInPlace],
    [".arithmatex[data-mathml]", showFormula],
    [".mm-crumbs", markSection],
    [".md-search[role=dialog]", nameSearch],
    [".task-list-item .task-list-control > input", nameTask],
  ];

  function start() {
    for (const [selector, make] of STARTS) {
      for (const element of all(`${selector}:not([data-ready])`)) {
        element.dataset.ready = "";
        make(element);
      }
    }
  }

  start();
  if (window.document$) window.document$.subscribe(start); // instant navigation of the theme
})();

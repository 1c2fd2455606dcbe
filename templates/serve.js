/* `milemark serve` adds this to every page: it reloads a page that has changed, and shows the problems in the sources. */
(() => {
  const SHOWN = 8;
  const events = new URL("events", document.currentScript.src);
  events.searchParams.set("page", decodeURI(location.pathname));
  let page = null;
  let box = null;

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function show(problems) {
    if (box) box.remove();
    box = null;
    if (!problems.length) return;
    box = element("aside", "", document.body);
    box.className = "mm-problems";
    box.setAttribute("role", "status");
    const details = element("details", "", box);
    details.open = true;
    element("summary", problems.length === 1 ? "1 finding of milemark check" : `${problems.length} findings of milemark check`, details);
    for (const problem of problems.slice(0, SHOWN)) element("pre", problem, details);
    if (problems.length > SHOWN) element("p", `+ ${problems.length - SHOWN}`, details);
  }

  new EventSource(events).addEventListener("message", (event) => {
    const state = JSON.parse(event.data);
    if (page !== null && page !== state.page) location.reload();
    page = state.page;
    show(state.problems);
  });
})();

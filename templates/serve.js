/* Added to every page by `milemark serve`: a panel with the problems in the sources. */
(() => {
  const SHOWN = 8;
  const problems = window.milemarkProblems || [];

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function show() {
    const box = element("aside", "", document.body);
    box.className = "mm-problems";
    box.setAttribute("role", "status");
    const details = element("details", "", box);
    details.open = true;
    element("summary", `milemark: ${problems.length}`, details);
    for (const problem of problems.slice(0, SHOWN)) element("pre", problem, details);
    if (problems.length > SHOWN) element("p", `+ ${problems.length - SHOWN}`, details);
  }

  if (problems.length) show();
})();

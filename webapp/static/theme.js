/* Sets light or dark before the first paint; a classic script, so that it blocks. Also the sign that scripts run. */
(function () {
  var root = document.documentElement;
  var kept = null;
  try {
    kept = localStorage.getItem("theme");
  } catch (error) {
    kept = null; // storage may be forbidden; the system's choice then stands
  }
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function show() {
    root.dataset.theme = kept || (system.matches ? "dark" : "light");
  }
  show();
  system.addEventListener("change", show);
  window.addEventListener("beforeprint", function () {
    root.dataset.theme = "light";
  });
  window.addEventListener("afterprint", show);
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-theme-switch]")) return;
    kept = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", kept);
    } catch (error) {
      /* the choice then lasts as long as the page */
    }
    show();
  });
})();

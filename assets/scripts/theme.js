// The theme follows the system until a person chooses. Runs before the first paint, so that no wrong one flashes.
(() => {
  const root = document.documentElement;
  const themes = ["system", "light", "dark"];
  let chosen = "system";
  try {
    const stored = localStorage.getItem("theme");
    if (themes.includes(stored)) chosen = stored;
  } catch {
    // No storage is allowed here: the choice lasts as long as the page.
  }

  function show(button) {
    if (chosen === "system") delete root.dataset.theme;
    else root.dataset.theme = chosen;
    if (!button) return;
    button.textContent = `Theme: ${chosen === "system" ? "auto" : chosen}`;
  }

  show();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-switch]");
    button.hidden = false;
    button.addEventListener("click", () => {
      chosen = themes[(themes.indexOf(chosen) + 1) % themes.length];
      try {
        localStorage.setItem("theme", chosen);
      } catch {
        // As above.
      }
      show(button);
    });
    show(button);
  });
})();

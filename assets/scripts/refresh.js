// Says when the parts of the page may be refreshed: not while a person has paused it, nor while nobody sees it.
const body = document.body;
const form = document.querySelector("[data-refresh-switch]");
const button = form.querySelector("button");
const lost = document.getElementById("lost");

const paused = () => body.dataset.refresh === "off";

function refreshNow() {
  for (const part of document.querySelectorAll("[hx-get]")) htmx.trigger(part, "refresh");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();  // without scripts the form asks for the page anew
  body.dataset.refresh = paused() ? "on" : "off";
  button.textContent = paused() ? "Resume" : "Pause";
  const address = new URL(location);
  paused() ? address.searchParams.set("refresh", "off") : address.searchParams.delete("refresh");
  history.replaceState(null, "", address);
  if (!paused()) refreshNow();
});

body.addEventListener("htmx:beforeRequest", (event) => {
  if (paused() || document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refreshNow();
});

body.addEventListener("htmx:beforeSwap", (event) => {
  lost.hidden = event.detail.xhr.status < 500;
  // The login page, not the part that was asked for: the session has ended.
  if (!new URL(event.detail.xhr.responseURL).pathname.startsWith("/partials/")) location.reload();
});
body.addEventListener("htmx:sendError", () => { lost.hidden = false; });

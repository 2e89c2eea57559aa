// Says in words when a request that a person started could not be done. Answers that carry a form
// with its errors (400, 409, 422) are shown in place by htmx and need no word here.

const area = document.getElementById("toasts");

/** Nothing on this page works until somebody signs in: said once, with the way there. */
function signedOut() {
  if (area?.querySelector("[data-signed-out]")) return;
  const toast = say("wordSignedOut");
  if (!toast) return;
  toast.dataset.signedOut = "";
  const link = document.createElement("a");
  link.className = "button";
  link.dataset.size = "sm";
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.target = "_blank";
  link.textContent = area.dataset.wordSignIn;
  toast.querySelector(".toast-text").after(link);
}

function say(word) {
  const shape = document.getElementById("toast-template");
  if (!shape || !area) return;
  const toast = shape.content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast-text").textContent = area.dataset[word];
  // One word at a time is enough.
  area.querySelectorAll('[data-tone="danger"]').forEach((old) => old.remove());
  area.append(toast);
  return toast;
}

/** A refetch after a signal repeats by itself; only what a person did deserves a word. */
const byPerson = (ctx) => ["click", "submit", "change", "keydown"].includes(ctx?.sourceEvent?.type);

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if (status === 401) return signedOut();
  if (!byPerson(ctx)) return;
  if (status === 403) say("wordForbidden");
  else if (status === 404) say("wordMissing");
  else if (status === 413) say("wordLarge");
  else if (status === 429) say("wordOften");
  else if (status >= 500) say("wordError");
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (byPerson(ctx)) say(navigator.onLine ? "wordError" : "wordOffline");
});

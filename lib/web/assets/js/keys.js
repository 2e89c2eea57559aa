// The keyboard map. Pages mark what a key acts on with `data-key="…"`: a field is focused, anything
// else is clicked. `j` and `k` move through the links marked `data-move`.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

function move(step) {
  const links = [...document.querySelectorAll("[data-move]")].filter((link) => link.checkVisibility());
  if (!links.length) return;
  let at = links.indexOf(document.activeElement);
  if (at < 0) at = links.findIndex((link) => link.getAttribute("aria-current"));
  const next = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function act(key) {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(
    (element) => element.checkVisibility() && !element.disabled,
  );
  if (!target) return false;
  if (typing(target)) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = typing(event.target);
  if (event.key === "Escape" && inField && !event.target.closest("dialog, [popover]")) {
    return event.target.blur();
  }
  if (inField || document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    return move(event.key === "j" ? 1 : -1);
  }
  if (event.key === "?") return document.getElementById("keyboard-help")?.showModal();
  if (event.key.length === 1 && act(event.key)) event.preventDefault();
});

// Refreshes what is marked data-live and posts forms to the control API as JSON.

const toast = document.querySelector(".toast");
let hideToast;

function say(text, bad) {
  toast.textContent = text;
  toast.classList.toggle("bad", Boolean(bad));
  toast.hidden = false;
  clearTimeout(hideToast);
  hideToast = setTimeout(() => { toast.hidden = true; }, 3500);
}

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    time.title = at.toLocaleString();
  }
}

const shown = new Map();

function swap(fresh, key) {
  const live = document.querySelector(`[data-live="${key}"]`);
  const next = fresh.querySelector(`[data-live="${key}"]`);
  if (!live || !next || shown.get(key) === next.innerHTML) return;
  shown.set(key, next.innerHTML);
  const atEnd = live.scrollHeight - live.scrollTop - live.clientHeight < 40;
  live.innerHTML = next.innerHTML;
  localTimes(live);
  if ("stick" in live.dataset && atEnd) live.scrollTop = live.scrollHeight;
}

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const hadThread = Boolean(document.querySelector("[data-send]"));
  if (hadThread !== Boolean(fresh.querySelector("[data-send]"))) return location.reload();
  for (const live of document.querySelectorAll("[data-live]")) swap(fresh, live.dataset.live);
}

async function send(url, method, body) {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    body: method === "DELETE" ? undefined : JSON.stringify(body),
  }).catch(() => null);
  const json = await answer?.json().catch(() => null);
  if (!answer?.ok) say(json?.error ?? "The simulator didn't answer.", true);
  await refresh();
  return Boolean(answer?.ok);
}

function values(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.value === "") continue;
    if (field.name === "picture") {
      if (field.checked) body.attachments = [{ type: "image" }];
    } else if (field.type === "checkbox") body[field.name] = field.checked;
    else if (field.type === "number") body[field.name] = Number(field.value);
    else body[field.name] = field.value;
  }
  return body;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-post]");
  if (!form) return;
  event.preventDefault();
  const body = values(form);
  if (!(await send(form.dataset.post, "POST", body))) return;
  for (const text of form.querySelectorAll("textarea")) text.value = "";
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  if (form.dataset.open) {
    const here = new URL(location.href);
    here.searchParams.set("account", form.dataset.post.split("/")[3]);
    here.searchParams.set("customer", body[form.dataset.open]);
    location.assign(here);
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const body = { message_id: button.dataset.id, status: button.dataset.status };
  send(button.dataset.act, button.dataset.method ?? "POST", body);
});

document.addEventListener("keydown", (event) => {
  const composer = event.target.closest("[data-send] textarea");
  if (composer && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    composer.form.requestSubmit();
  }
});

// The page stays with the customer it was opened for, whoever writes next.
const person = document.querySelector("[data-send] [name=from]")?.value;
const here = new URL(location.href);
if (person && !here.searchParams.has("customer")) {
  here.searchParams.set("customer", person);
  history.replaceState(null, "", here);
}

// The newest messages are at the bottom.
const log = document.querySelector("[data-stick]");
if (log) log.scrollTop = log.scrollHeight;
localTimes(document);
setInterval(refresh, 1000);

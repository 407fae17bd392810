// What the pages do more where scripts run: uploads with their progress, lists that follow by
// themselves, an original that scrolls to the cell. Without it everything else works.
"use strict";

// A list asks for itself anew at each tick, while somebody looks.
const TICK_MS = 3000;
// Files that are sent at a time, and documents whose state is asked for at a time.
const SENDERS = 3;
const MOST_ASKED = 50;

const send = (url, { method = "POST", body, type = "application/json" }) =>
  fetch(url, {
    method,
    body,
    credentials: "same-origin",
    headers: { "X-CSRF-Token": document.body.dataset.csrf || "", "Content-Type": type },
  });

setInterval(() => {
  const typing = document.activeElement && document.activeElement.closest("#listed input");
  if (document.visibilityState === "visible" && !typing) {
    document.body.dispatchEvent(new Event("tick"));
  }
}, TICK_MS);

// --- the original ---------------------------------------------------------------------------

const toFrame = () => {
  const here = document.querySelector("#original .frame, #original .here, #original mark");
  const pane = document.querySelector("#original");
  if (here && pane) here.scrollIntoView({ block: "center", inline: "nearest" });
};

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target && event.target.id === "original") toFrame();
});
// Where what was asked of a part of the page is refused, it is said in that part.
document.addEventListener("htmx:responseError", (event) => {
  const { xhr, target } = event.detail;
  const told = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const said = document.createElement("p");
  said.className = "notice warn refusal";
  said.setAttribute("role", "alert");
  said.textContent = (told.querySelector(".notice") || told.body).textContent.trim().slice(0, 300);
  if (!target || !said.textContent) return;
  target.querySelectorAll(".refusal").forEach((old) => old.remove());
  target.append(said);
});
document.addEventListener("load", (event) => {
  if (event.target instanceof HTMLImageElement && event.target.closest("#original")) toFrame();
}, true);
document.addEventListener("click", (event) => {
  const named = event.target.closest && event.target.closest("a.to-cell");
  if (named) {
    // where a finding names a cell, the original goes there as well
    const there = document.getElementById(named.hash.slice(1));
    if (there && there.querySelector("a")) there.querySelector("a").click();
    return;
  }
  const cell = event.target.closest && event.target.closest("table.form td[id]");
  if (!cell) return;
  document.querySelectorAll("td.chosen").forEach((other) => other.classList.remove("chosen"));
  cell.classList.add("chosen");
});

// --- the list of who should report ------------------------------------------------------------

const expected = document.querySelector("#expected-file");
if (expected) {
  expected.hidden = false;
  expected.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const answer = await send(event.target.dataset.put, { method: "PUT", body: file, type: "text/csv" });
    if (answer.ok) { location.reload(); return; }
    const told = await answer.json().catch(() => ({}));
    const said = document.createElement("p");
    said.className = "notice warn";
    said.setAttribute("role", "alert");
    said.textContent = told.why || answer.statusText;
    expected.closest("section").querySelector("h2").after(said);
    event.target.value = "";
  });
}

// --- uploads --------------------------------------------------------------------------------

const drop = document.querySelector("#drop");
const words = JSON.parse((document.querySelector("#upload-words") || { textContent: "{}" }).textContent);
const said = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words[name] || name);

const waiting = [];   // files that are to be sent
const pending = new Map();  // key in the inbox -> its line
const sending = new Set();  // names of the files that are on their way
let taken = 0;
let ended = 0;

function line(name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.className = "name";
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  const state = document.createElement("span");
  state.className = "state";
  item.append(label, bar, state);
  document.querySelector("#uploads").prepend(item);
  return item;
}

function tell(item, text, why = "") {
  item.querySelector(".state").textContent = text;
  const bar = item.querySelector("progress");
  if (bar) bar.remove();
  item.querySelectorAll(".why").forEach((old) => old.remove());
  if (why) {
    const reason = document.createElement("span");
    reason.className = "why";
    reason.textContent = why;
    item.append(reason);
  }
}

function summary() {
  if (!taken) return;
  const wrong = document.querySelectorAll("#uploads .verdict.error").length;
  const failed = document.querySelectorAll("#uploads .refused, #uploads .failed").length;
  document.querySelector("#progress").textContent =
    said("progress", { ended, taken }) + (wrong || failed ? said("of_them", { wrong, failed }) : "");
}

function add(file, path) {
  const into = document.querySelector("#into").value.trim().replace(/^\/+|\/+$/g, "");
  const name = into ? `${into}/${path}` : path;
  const item = line(name);
  taken += 1;
  const lower = file.name.toLowerCase();
  const isArchive = drop.dataset.archives.split(" ").some((ending) => lower.endsWith(ending));
  if (file.size > Number(isArchive ? drop.dataset.archiveLimit : drop.dataset.limit)) {
    end(item, said("refused"), said("too_large"), "refused");
    return;
  }
  waiting.push({ file, name, item, over: "" });
  next();
}

function end(item, text, why = "", how = "") {
  tell(item, text, why);
  if (how) item.classList.add(how);
  ended += 1;
  summary();
}

function next() {
  summary();
  while (sending.size < SENDERS) {
    // two files of one name go in their order, so that the second is the one asked about
    const turn = waiting.findIndex((one) => !sending.has(one.name));
    if (turn < 0) return;
    const [one] = waiting.splice(turn, 1);
    sending.add(one.name);
    put(one);
  }
}

function put(one) {
  const request = new XMLHttpRequest();
  const address = `/upload?${new URLSearchParams({ path: one.name, ...(one.over && { over: one.over, seen: one.seen }) })}`;
  const bar = one.item.querySelector("progress");
  request.open("PUT", address);
  request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf || "");
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = (event) => {
    if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
  };
  request.onloadend = () => {
    sending.delete(one.name);
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
    if (request.status === 200) {
      sent(one.item, answer);
    } else if (request.status === 401) {
      end(one.item, said("refused"), said("signed_out"), "refused");
    } else if (request.status === 409) {
      ask({ ...one, seen: answer.etag || "" }, answer.why);
    } else if (request.status === 0 || request.status === 408 || request.status >= 500) {
      retry(one, answer.why || said("away"));
    } else {
      const how = answer.state === "skipped" ? "skipped" : "refused";
      end(one.item, said(how), answer.why || said("away"), how);
    }
    next();
  };
  request.send(one.file);
}

function sent(item, answer) {
  pending.set(answer.key, item);
  tell(item, said(answer.state === "unchanged" ? "unchanged" : "pending"));
  follow();
}

function choice(one, why, answers) {
  tell(one.item, "", why);
  document.querySelector("#uploads").prepend(one.item);  // it waits for somebody
  for (const [text, over] of answers) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = said(text);
    button.onclick = () => {
      one.item.querySelectorAll("button").forEach((old) => old.remove());
      if (over === null) { end(one.item, said("skipped")); return; }
      tell(one.item, said("sending"));
      waiting.push({ ...one, over: over === "same" ? one.over : over });
      next();
    };
    one.item.append(button);
  }
}

const ask = (one, why) => choice(one, why, [["replace", "replace"], ["keep_both", "both"], ["leave", null]]);
const retry = (one, why) => choice(one, why, [["retry", "same"], ["leave", null]]);

let following = false;
async function follow() {
  if (following) return;
  following = true;
  while (pending.size) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const keys = [...pending.keys()].slice(0, MOST_ASKED);
    try {
      const answer = await send("/upload/states", { body: JSON.stringify(keys) });
      if (answer.status === 401) break;
      if (!answer.ok) continue;
      for (const one of await answer.json()) show(one);
    } catch { /* the network: asked again */ }
  }
  following = false;
}

function show(one) {
  const item = pending.get(one.key);
  // whose turn has not come goes to the end, so that others are asked for as well
  pending.delete(one.key);
  if (one.state === "pending") { pending.set(one.key, item); return; }
  end(item, "", one.why || "");
  const link = document.createElement("a");
  link.href = one.href || "/";
  link.className = `verdict ${one.verdict || ""}`;
  link.textContent = one.told || said("gone");
  item.querySelector(".state").replaceChildren(link);
  // what somebody has to look at stands above the rest
  if (one.why || one.verdict === "error") document.querySelector("#uploads").prepend(item);
  summary();
}

// What cannot be opened is told of; the others come all the same.
async function walk(entry, path) {
  try {
    await into(entry, path);
  } catch {
    taken += 1;
    end(line(path + entry.name), said("refused"), said("unreadable"), "refused");
  }
}

async function into(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    add(file, path + entry.name);
  } else if (entry.isDirectory) {
    const reader = entry.createReader();
    for (;;) {
      // a reader gives a hundred at a time, until it gives none
      const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!entries.length) return;
      for (const one of entries) await walk(one, `${path}${entry.name}/`);
    }
  }
}

if (drop) {
  drop.hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    if (entries.some(Boolean)) {
      for (const entry of entries.filter(Boolean)) await walk(entry, "");
    } else {
      for (const file of event.dataTransfer.files) add(file, file.name);
    }
  });
  for (const id of ["files", "folder"]) {
    document.querySelector(`#${id}`).addEventListener("change", (event) => {
      for (const file of event.target.files) add(file, file.webkitRelativePath || file.name);
      event.target.value = "";
    });
  }
  window.addEventListener("beforeunload", (event) => { if (sending.size || waiting.length) event.preventDefault(); });
}

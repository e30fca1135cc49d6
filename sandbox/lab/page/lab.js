// The Temperature lab: asks for the text whenever something changes, one request at a time, and shows what came of it.

const byId = (id) => document.getElementById(id);
const NAMES = { " ": "space", "\n": "line break", "\n\n": "empty line" };
const MOST_NATS = 8; // full color: one in 3,000

let kept = ""; // the part of the text up to a choice of the reader's
let shown = []; // the pieces of the text, as [text, nats]
let writing = false;
let again = false;

async function ask(path, more = {}) {
  const body = { model: byId("model").value, prompt: byId("prompt").value, ...settings(), kept, ...more };
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const settings = () => ({ temperature: Number(byId("temperature").value), seed: Math.trunc(Number(byId("seed").value)) || 0 });

// While one text is on its way, only the last wish is kept.
async function rewrite() {
  again = true;
  if (writing) return;
  writing = true;
  while (again) {
    again = false;
    try {
      show((await ask("/lab/text")).pieces);
      complain("");
    } catch (error) {
      complain(error.message);
    }
  }
  writing = false;
}

function complain(problem) {
  byId("problem").textContent = problem;
  byId("problem").hidden = !problem;
}

function show(pieces) {
  const before = shown.map(([text]) => text);
  shown = pieces;
  const flipped = before.length ? pieces.findIndex(([text], place) => text !== before[place]) : -1;
  const prompt = document.createElement("span");
  prompt.className = "prompt";
  prompt.textContent = byId("prompt").value;
  const chosen = document.createElement("span");
  chosen.className = "kept";
  chosen.textContent = kept;
  byId("text").replaceChildren(prompt, chosen, ...pieces.map((piece, place) => character(piece, place, place === flipped)));
  const nats = pieces.reduce((sum, [, each]) => sum + each, 0);
  const characters = pieces.reduce((sum, [text]) => sum + text.length, 0);
  byId("mean").textContent = characters ? `mean surprise ${(nats / characters).toFixed(2)} nats per character` : "";
  byId("odds").hidden = true;
  byId("release").hidden = !kept;
  byId("command").value = command();
}

function character([text, nats], place, isFlipped) {
  const span = document.createElement("span");
  span.textContent = text;
  span.setAttribute("role", "button");
  span.tabIndex = place ? -1 : 0;
  span.setAttribute("aria-label", `${NAMES[text] ?? text}, surprise ${nats.toFixed(1)} nats`);
  span.classList.toggle("flipped", isFlipped);
  const share = Math.round((100 * Math.min(nats, MOST_NATS)) / MOST_NATS);
  span.style.background = `color-mix(in srgb, var(--surprise) ${share}%, transparent)`;
  span.addEventListener("click", () => open(place));
  span.addEventListener("keydown", (event) => move(event, place));
  return span;
}

const spans = () => [...byId("text").querySelectorAll("[role=button]")];

function move(event, place) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 40, ArrowUp: -40, Home: -shown.length, End: shown.length };
  if (event.key === "Enter" || event.key === " ") open(place);
  else if (event.key in steps) focus(place + steps[event.key]);
  else return;
  event.preventDefault();
}

function focus(place) {
  const all = spans();
  const next = Math.min(Math.max(place, 0), all.length - 1);
  all.forEach((span, number) => (span.tabIndex = number === next ? 0 : -1));
  all[next]?.focus();
}

async function open(place) {
  const before = kept + shown.slice(0, place).map(([text]) => text).join("");
  const drawn = shown[place][0];
  try {
    const { choices } = await ask("/lab/odds", { kept: before });
    spans().forEach((span, number) => span.classList.toggle("open", number === place));
    byId("choices").replaceChildren(...choices.map((choice) => item(choice, drawn, before)));
    byId("odds-title").textContent = `What could have come after “${(byId("prompt").value + before).slice(-20)}”`;
    byId("odds").hidden = false;
    (byId("choices").querySelector("[aria-current]") ?? byId("choices").querySelector("button"))?.focus();
  } catch (error) {
    complain(error.message);
  }
}

function item([text, share], drawn, before) {
  const button = document.createElement("button");
  button.type = "button";
  const name = Object.assign(document.createElement("span"), { textContent: NAMES[text] ?? text });
  const bar = document.createElement("span");
  const track = document.createElement("span");
  bar.className = "bar";
  bar.style.width = `${100 * share}%`;
  bar.style.display = "block";
  track.append(bar);
  const percent = Object.assign(document.createElement("span"), { className: "share", textContent: share >= 0.01 ? `${Math.round(100 * share)}%` : share ? "<1%" : "0%" });
  button.append(name, track, percent);
  if (text === drawn) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => choose(before + text));
  const line = document.createElement("li");
  line.append(button);
  return line;
}

async function choose(text) {
  kept = text;
  shown = [];
  await rewrite();
  focus(0);
}

function command() {
  const { temperature, seed } = settings();
  const prompt = (byId("prompt").value + kept).replaceAll("\n", " ");
  return `/generate prompt:${prompt} temperature:${temperature} length:300 seed:${seed} finish:exact model:${byId("model").value}`;
}

async function copy() {
  byId("command").select();
  try {
    await navigator.clipboard.writeText(byId("command").value);
    byId("copied").textContent = "Copied. Paste it into the message box.";
  } catch {
    byId("copied").textContent = "The line is selected: copy it with Ctrl+C.";
  }
}

function startOver() {
  kept = "";
  rewrite();
}

async function start() {
  const response = await fetch("/lab/models");
  if (!response.ok) {
    complain(await response.text());
    setTimeout(start, 1000);
    return;
  }
  const { models } = await response.json();
  byId("model").replaceChildren(...models.map(({ name, title }) => new Option(title, name)));
  byId("model").value = models.find(({ name }) => name === "shakespeare")?.name ?? models[0].name;
  await rewrite();
}

byId("temperature").addEventListener("input", () => {
  byId("degrees").value = byId("temperature").value;
  rewrite();
});
for (const id of ["prompt", "seed", "model"]) byId(id).addEventListener("input", startOver);
byId("another").addEventListener("click", () => {
  byId("seed").value = crypto.getRandomValues(new Uint32Array(1))[0] % 2147483648;
  startOver();
});
byId("release").addEventListener("click", startOver);
byId("copy").addEventListener("click", copy);
byId("controls").addEventListener("submit", (event) => event.preventDefault());
start();

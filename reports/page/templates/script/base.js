const root = document.documentElement;
const main = document.querySelector("main");
const numbers = JSON.parse(document.getElementById("numbers").textContent);
const namespace = document.querySelector("svg")?.namespaceURI;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const filled = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => filled(document.createElementNS(namespace, tag), attributes, children);
const makeButton = (text, act, attributes = {}) => {
  const button = make("button", { type: "button", ...attributes }, text);
  button.addEventListener("click", act);
  return button;
};

const said = document.getElementById("said");
const say = (text) => { said.textContent = text; };

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const minus = (text) => text.replace("-", "\u2212");
const superscript = (power) => [...String(power)].map((each) => each === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[each]).join("");
const digits = (value, n = 3) => {
  if (!Number.isFinite(value)) return "n/a";
  if (value === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(value)));
  if (power < -4 || power > 6) return `${minus((value / 10 ** power).toFixed(n - 1))} × 10${superscript(power)}`;
  return minus(value.toFixed(Math.max(0, n - 1 - power)));
};
const measured = (value, error) => {
  if (!Number.isFinite(value)) return "n/a";
  if (!(error > 0) || !Number.isFinite(error)) return error === 0 ? `${digits(value, 4)} ± 0` : digits(value, 4);
  const places = clamp(1 - Math.floor(Math.log10(error)), 0, 12);
  return `${minus(value.toFixed(places))} ± ${error.toFixed(places)}`;
};

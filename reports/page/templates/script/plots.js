// A ROC curve as it was measured.
class Curve {
  constructor({ method, label, s, b, be }) { Object.assign(this, { method, label, s, b, be }); }

  points(kind) { return this.s.map((x, i) => [x, kind === "roc" ? 1 - this.b[i] : 1 / this.b[i]]); }

  // The error of the background efficiency at a signal efficiency.
  errorAt(x) {
    const above = this.s.findIndex((each) => each >= x);
    if (above <= 0) return this.be.at(above);
    const [low, high] = [this.s[above - 1], this.s[above]];
    const share = high > low ? (x - low) / (high - low) : 1;
    return this.be[above - 1] + share * (this.be[above] - this.be[above - 1]);
  }
}
const CURVES = numbers.rocs.map((each) => new Curve(each));

// Figures with curves of methods: drawn anew for other ranges and scales, from the coordinates in the drawing.
class Plot {
  constructor(drawing) {
    const { box, x, y } = JSON.parse(drawing.dataset.plot);
    this.drawing = drawing;
    this.box = { left: box[0], right: box[1], top: box[2], bottom: box[3] };
    this.start = { x, y };
    this.view = { x, y };
    const clipped = all("[clip-path]", drawing).flatMap((each) => (each.tagName === "g" ? all("path, use", each) : [each]));
    this.paths = clipped.filter((each) => each.tagName === "path").map((path) => [path, this.readPath(path.getAttribute("d"))]);
    this.lines = this.paths.filter(([path]) => getComputedStyle(path).fill === "none");
    this.uses = clipped.filter((each) => each.tagName === "use").map((use) => [use, this.valuesAt(Number(use.getAttribute("x")), Number(use.getAttribute("y")))]);
    this.sharpen();
    this.axes = { x: drawing.querySelector('[data-part="axis-x"]'), y: drawing.querySelector('[data-part="axis-y"]') };
  }

  // ROC curves as they were measured: the drawing has them with fewer points.
  sharpen() {
    for (const line of this.lines) {
      const method = line[0].closest("[data-method]")?.dataset.method;
      const points = this.measured(method)?.points(this.drawing.dataset.kind);
      const first = Math.min(...line[1].flatMap(([, each]) => each.map(([x]) => x))) - 2e-3;
      const kept = points?.filter(([x, y]) => x >= first && Number.isFinite(y));
      if (kept?.length > 1) line[1].splice(0, Infinity, ["M", kept.slice(0, 1)], ["L", kept.slice(1)]);
    }
  }

  measured(method) {
    if (!["roc", "rejection"].includes(this.drawing.dataset.kind)) return null;
    const label = this.drawing.dataset.label ?? "signal";
    return CURVES.find((each) => String(each.method) === method && each.label === label) ?? null;
  }

  get changed() { return this.view.x !== this.start.x || this.view.y !== this.start.y; }

  valuesAt(px, py, { x, y } = this.start) {
    const { left, right, top, bottom } = this.box;
    return [valueAt(x, (px - left) / (right - left)), valueAt(y, (bottom - py) / (bottom - top))];
  }

  pointOf([vx, vy], { x, y } = this.view) {
    const { left, right, top, bottom } = this.box;
    const far = (place) => clamp(place, -50, 50);
    return [left + far(placeOf(x, vx)) * (right - left), bottom - far(placeOf(y, vy)) * (bottom - top)];
  }

  readPath(text) {
    return (text.match(/[A-Za-z][^A-Za-z]*/g) ?? []).map((step) => {
      const found = (step.slice(1).match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
      const points = [];
      for (let i = 0; i + 1 < found.length; i += 2) points.push(this.valuesAt(found[i], found[i + 1]));
      return [step[0], points];
    });
  }

  show(view) {
    this.view = view;
    for (const [path, steps] of this.paths) {
      path.setAttribute("d", steps.map(([letter, points]) => letter + points.map((each) => this.pointOf(each).map((c) => c.toFixed(2)).join(" ")).join(" ")).join(""));
    }
    for (const [use, values] of this.uses) {
      const [x, y] = this.pointOf(values);
      use.setAttribute("x", x);
      use.setAttribute("y", y);
    }
    for (const name of ["x", "y"]) this.drawAxis(name);
    this.drawing.dispatchEvent(new Event("umva-view"));
  }

  drawAxis(name) {
    const axis = this.axes[name];
    if (!axis) return;
    const changed = this.view[name] !== this.start[name];
    axis.querySelector(".ticks")?.remove();
    const flipped = this.view[name][2] === "complement";
    for (const each of axis.children) {
      const isTitle = each.matches("[data-part]") || each.querySelector("[data-part]");
      each.classList.toggle("off", isTitle ? flipped : changed);
    }
    if (changed) axis.append(this.ticks(name, flipped));
  }

  ticks(name, flipped) {
    const { left, right, top, bottom } = this.box;
    const group = draw("g", { class: "ticks" });
    const lines = [];
    for (const [value, text] of ticksOf(this.view[name])) {
      const place = placeOf(this.view[name], value);
      if (place < -1e-6 || place > 1 + 1e-6) continue;
      const px = left + place * (right - left);
      const py = bottom - place * (bottom - top);
      lines.push(name === "x" ? `M${px} ${bottom}v-5M${px} ${top}v5` : `M${left} ${py}h5M${right} ${py}h-5`);
      group.append(draw("text", name === "x" ? { x: px, y: bottom + 10.6, "text-anchor": "middle" } : { x: left - 3.5, y: py + 3.2, "text-anchor": "end" }, text));
    }
    group.append(draw("path", { d: lines.join("") }));
    if (flipped) group.append(draw("text", { class: "title", transform: `translate(${left - 32} ${top}) rotate(-90)`, "text-anchor": "end" }, this.complementTitle));
    return group;
  }

  get complementTitle() { return this.drawing.dataset.label ? "efficiency of the rest" : "background efficiency"; }

  // The scales of y to go round; of a rejection the other one is the logarithm of what is not rejected.
  get otherScale() {
    const [low, high, scale, unit] = this.start.y;
    if (this.drawing.dataset.kind === "roc") return [0, 1 - this.smallest(), "complement", unit];
    if (scale === "log") return [0, 1.1 * Math.max(...this.values(0.15)), "linear", unit];
    const positive = this.values().filter((value) => value > 0);
    return low >= 0 && positive.length ? [Math.min(...positive) * 0.8, high, "log", unit] : null;
  }

  // The ordinates of all curves, from a place on the abscissa on.
  values(from = 0) {
    const points = this.lines.flatMap(([, steps]) => steps.flatMap(([, each]) => each));
    return points.filter(([x]) => placeOf(this.start.x, x) >= from).map(([, y]) => y);
  }

  smallest() {
    const found = this.values().map((value) => 1 - value).filter((value) => value > 1e-6);
    return 10 ** Math.floor(Math.log10(Math.min(0.1, ...found)) + 1e-9);
  }

  zoom([ax, ay], [bx, by]) {
    const { x, y } = this.view;
    const [from, to] = [this.valuesAt(Math.min(ax, bx), Math.max(ay, by), this.view), this.valuesAt(Math.max(ax, bx), Math.min(ay, by), this.view)];
    this.show({ x: [from[0], to[0], x[2], x[3]], y: [from[1], to[1], y[2], y[3]] });
  }

  // The curves of methods that are shown: place, and points of each stretch in the drawing.
  curves() {
    return all("[data-method]", this.drawing).filter((group) => !group.classList.contains("off")).flatMap((group) => {
      const lines = this.lines.filter(([path]) => group.contains(path));
      return lines.map(([, steps]) => [group.dataset.method, steps.flatMap(([, points]) => points.map((each) => this.pointOf(each)))]);
    });
  }
}

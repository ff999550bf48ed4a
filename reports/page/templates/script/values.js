// Values of the curves: under the pointer, or by the arrow keys.
const nearestOn = (points, [x, y]) => {
  let best = [Infinity, null];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [[ax, ay], [bx, by]] = [points[i], points[i + 1]];
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const t = square ? clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square, 0, 1) : 0;
    const found = [ax + t * (bx - ax), ay + t * (by - ay)];
    const distance = Math.hypot(found[0] - x, found[1] - y);
    if (distance < best[0]) best = [distance, found];
  }
  return best;
};
const heightAt = (points, x) => {
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [[ax, ay], [bx, by]] = [points[i], points[i + 1]];
    if ((ax - x) * (bx - x) <= 0 && ax !== bx) return ay + ((x - ax) / (bx - ax)) * (by - ay);
  }
  return null;
};

class Values {
  constructor(plot) {
    this.plot = plot;
    this.method = null;
    this.dot = draw("circle", { class: "dot off", r: 3.2 });
    this.label = make("div", { class: "values", hidden: "" });
    plot.drawing.append(this.dot);
    plot.drawing.after(this.label);
  }

  title(axis) {
    const title = this.plot.drawing.querySelector(`[data-part="title-${axis}"]`);
    return title?.textContent.replace(/\s+/g, " ").trim() || axis;
  }

  text(method, point) {
    const [x, y] = this.plot.valuesAt(...point, this.plot.view);
    const name = numbers.methods[method];
    const curve = this.plot.measured(method);
    if (!curve) return `${name}: ${this.title("x")} ${digits(x)}, ${this.title("y")} ${digits(y)}`;
    const [signal, background] = this.plot.drawing.dataset.label ? ["efficiency", "rest"] : ["signal", "background"];
    const share = this.plot.drawing.dataset.kind === "roc" ? 1 - y : 1 / y;
    return `${name}: ${signal} ${digits(x)}, ${background} ${measured(share, curve.errorAt(x))}, 1/${background} ${digits(1 / share)}`;
  }

  mark(method, point) {
    this.method = method;
    this.plot.marked = point;
    filled(this.dot, { cx: point[0], cy: point[1], style: `fill:var(--series-${(Number(method) % numbers.colors) + 1})` }, []);
    this.dot.classList.remove("off");
    this.label.textContent = this.text(method, point);
    this.label.hidden = false;
    const { width, height } = this.plot.drawing.viewBox.baseVal;
    const right = point[0] > width / 2;
    this.label.style.cssText = `top:${(100 * point[1]) / height}%;${right ? "right" : "left"}:${(100 * (right ? width - point[0] : point[0])) / width}%`;
  }

  clear() {
    this.dot.classList.add("off");
    this.label.hidden = true;
    this.plot.marked = null;
  }

  point(event) {
    const point = toDrawing(this.plot.drawing, event);
    if (!inside(this.plot.box, point)) return this.clear();
    const found = this.plot.curves().map(([method, points]) => [...nearestOn(points, point), method]).sort((a, b) => a[0] - b[0])[0];
    if (!found || found[0] > 24 || !inside(this.plot.box, found[1])) return this.clear();
    return this.mark(found[2], found[1]);
  }

  step(right, down) {
    const { left, right: end } = this.plot.box;
    const curves = this.plot.curves();
    if (!curves.length) return;
    const methods = [...new Set(curves.map(([method]) => method))];
    const place = Math.max(0, methods.indexOf(this.method)) + down;
    const method = methods[(place + methods.length) % methods.length];
    const x = clamp((this.plot.marked?.[0] ?? (left + end) / 2) + (right * (end - left)) / 100, left, end);
    const heights = curves.filter(([each]) => each === method).map(([, points]) => heightAt(points, x)).filter((each) => each !== null);
    if (!heights.length) return;
    this.mark(method, kept(this.plot.box, [x, heights[0]]));
    say(this.label.textContent);
  }
}

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
for (const drawing of all(".drawing[data-plot]", main)) {
  const name = drawing.getAttribute("aria-label").split(/[.:]/)[0];
  const stage = make("div", { class: "plot", tabindex: "0", role: "group", "aria-label": `Values by arrow keys: ${name}` });
  drawing.replaceWith(stage);
  stage.append(drawing);
  const plot = new Plot(drawing);
  const values = new Values(plot);
  dragToZoom(plot);
  addTools(plot, name);
  drawing.addEventListener("pointermove", (event) => values.point(event));
  drawing.addEventListener("pointerleave", () => values.clear());
  drawing.addEventListener("umva-view", () => values.clear());
  document.addEventListener("umva-methods", () => values.clear());
  stage.addEventListener("blur", () => values.clear());
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS[event.key]) values.step(...ARROWS[event.key]);
    else if (event.key === "+") zoomBy(plot, 1.6, plot.marked ?? middle(plot.box));
    else if (event.key === "0" || event.key === "Escape") plot.show(plot.start);
    else return;
    event.preventDefault();
  });
}

// The tools of a figure: other scale, zoom by drawing a frame, the whole again.
const toDrawing = (drawing, event) => {
  const place = drawing.getBoundingClientRect();
  const scale = drawing.viewBox.baseVal.width / place.width;
  return [(event.clientX - place.left) * scale, (event.clientY - place.top) * scale];
};
const inside = ({ left, right, top, bottom }, [x, y]) => x >= left && x <= right && y >= top && y <= bottom;
const kept = ({ left, right, top, bottom }, [x, y]) => [clamp(x, left, right), clamp(y, top, bottom)];

const dragToZoom = (plot) => {
  let from = null;
  const frame = draw("rect", { class: "frame off" });
  const cover = (to) => {
    const [[ax, ay], [bx, by]] = [from, to];
    filled(frame, { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(ax - bx), height: Math.abs(ay - by) }, []);
    frame.classList.remove("off");
  };
  plot.drawing.append(frame);
  plot.drawing.addEventListener("pointerdown", (event) => {
    const point = toDrawing(plot.drawing, event);
    if (event.button !== 0 || event.pointerType === "touch" || !inside(plot.box, point)) return;
    from = point;
    plot.drawing.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  plot.drawing.addEventListener("pointermove", (event) => { if (from) cover(kept(plot.box, toDrawing(plot.drawing, event))); });
  plot.drawing.addEventListener("pointerup", (event) => {
    if (!from) return;
    const to = kept(plot.box, toDrawing(plot.drawing, event));
    if (Math.abs(from[0] - to[0]) > 6 && Math.abs(from[1] - to[1]) > 6) plot.zoom(from, to);
    from = null;
    frame.classList.add("off");
  });
  plot.drawing.addEventListener("pointercancel", () => { from = null; frame.classList.add("off"); });
  plot.drawing.addEventListener("dblclick", () => plot.show(plot.start));
};

const zoomBy = (plot, factor, [x, y]) => {
  const { left, right, top, bottom } = plot.box;
  const near = (end, middle) => middle + (end - middle) / factor;
  plot.zoom([near(left, x), near(bottom, y)], [near(right, x), near(top, y)]);
};
const middle = ({ left, right, top, bottom }) => [(left + right) / 2, (top + bottom) / 2];

const addTools = (plot, name) => {
  const other = plot.otherScale;
  const tools = make("div", { class: "tools" });
  if (other) {
    const scale = makeButton("", () => {
      const swapped = plot.view.y[2] === plot.start.y[2];
      plot.show({ x: plot.view.x, y: swapped ? other : plot.start.y });
    });
    const label = () => {
      const isLinear = plot.view.y[2] === "linear";
      scale.textContent = isLinear ? "Logarithmic" : "Linear";
      scale.setAttribute("aria-label", `${isLinear ? "Logarithmic" : "Linear"} scale: ${name}`);
    };
    plot.drawing.addEventListener("umva-view", label);
    label();
    tools.append(scale);
  }
  const whole = makeButton("Whole", () => plot.show(plot.start), { "aria-label": `Show the whole: ${name}`, disabled: "" });
  plot.drawing.addEventListener("umva-view", () => { whole.disabled = !plot.changed; });
  tools.append(makeButton("Zoom", () => zoomBy(plot, 1.6, plot.marked ?? middle(plot.box)), { "aria-label": `Zoom in: ${name}` }), whole);
  plot.drawing.parentElement.after(tools);
};

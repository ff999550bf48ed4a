// A cut to be moved by hand, in the chapter on working points: what passes, and how significant it is, for any yields.
const chapter = document.getElementById("working");
const template = document.getElementById("cut-template");
const scans = numbers.scans;
const FRAME = { left: 40, right: 438, top: 10, bottom: 216 };
const FEW = 10;

const startCut = () => {
  const lab = template.content.firstElementChild.cloneNode(true);
  (chapter.querySelector("p") ?? chapter.querySelector("h2")).after(lab);
  const field = (name) => lab.querySelector(`[name=${name}]`);
  const names = lab.dataset;
  const chart = lab.querySelector("svg");
  const state = { scan: scans[0], place: 0 };

  const signal = () => Math.max(Number(field("signal").value), 0);
  const background = () => Math.max(Number(field("background").value), 0);
  const share = () => Math.max(Number(field("uncertainty").value), 0) / 100;
  const yieldsAt = (place) => {
    const { s, se, b, be } = state.scan;
    return [signal() * s[place], background() * b[place], signal() * se[place], background() * be[place]];
  };
  const valueAtCut = (merit, place) => {
    const [s, b, ds, db] = yieldsAt(place);
    return [merit(s, b, share()), errorOf(merit, s, b, ds, db, share())];
  };
  const merit = () => MERITS[field("merit").value][1];

  const xAt = (cut) => {
    const cuts = state.scan.cut;
    const [low, high] = [cuts[0], cuts.at(-1)];
    return FRAME.left + (high > low ? (cut - low) / (high - low) : 0.5) * (FRAME.right - FRAME.left);
  };
  const yAt = (value) => FRAME.bottom - clamp(value, 0, 1.05) / 1.05 * (FRAME.bottom - FRAME.top);
  const pathOf = (values) => values.map((value, i) => Number.isFinite(value) ? `${xAt(state.scan.cut[i]).toFixed(1)} ${yAt(value).toFixed(1)}` : null)
    .filter(Boolean).map((point, i) => (i ? "L" : "M") + point).join("");

  const drawAxes = (top) => {
    const group = chart.querySelector(".axes");
    group.replaceChildren();
    const { left, right, top: ceiling, bottom } = FRAME;
    const lines = [`M${left} ${ceiling}H${right}V${bottom}H${left}Z`];
    const cuts = state.scan.cut;
    for (const [value, text] of linearTicks(cuts[0], Math.max(cuts.at(-1), cuts[0] + 1e-9), 1)) {
      lines.push(`M${xAt(value)} ${bottom}v-5`);
      group.append(draw("text", { x: xAt(value), y: bottom + 14, "text-anchor": "middle" }, text));
    }
    for (const [value, text] of linearTicks(0, 1, 1)) {
      lines.push(`M${left} ${yAt(value)}h5`);
      group.append(draw("text", { x: left - 5, y: yAt(value) + 4, "text-anchor": "end" }, text));
    }
    for (const [value, text] of top > 0 && Number.isFinite(top) ? linearTicks(0, top, 1) : []) {
      lines.push(`M${right} ${yAt(value / top)}h-5`);
      group.append(draw("text", { x: right + 5, y: yAt(value / top) + 4 }, text));
    }
    group.append(draw("path", { d: lines.join("") }));
  };
  const drawCurves = () => {
    const merits = state.scan.cut.map((_, place) => valueAtCut(merit(), place)[0]);
    const top = Math.max(...merits.filter(Number.isFinite), 0);
    const shares = state.scan.cut.map((_, place) => valueAtCut(purity, place)[0]);
    const curves = { signal: state.scan.s, background: state.scan.b, purity: shares, merit: merits.map((each) => each / top) };
    for (const [name, values] of Object.entries(curves)) chart.querySelector(`.${name}`).setAttribute("d", pathOf(values));
    drawAxes(top);
  };

  const row = (name, value, error, note = "") => make("tr", {}, make("th", { scope: "row" }, name),
    make("td", { class: "num", "data-value": value }, measured(value, error), ...(note ? [make("small", {}, note)] : [])));
  const showNumbers = () => {
    const { cut, s, se, b, be, ns, nb } = state.scan;
    const place = state.place;
    const [yieldS, yieldB, errorS, errorB] = yieldsAt(place);
    const x = xAt(cut[place]);
    chart.querySelector(".line").setAttribute("d", `M${x} ${FRAME.top}V${FRAME.bottom}`);
    chart.querySelector(".grip").setAttribute("cx", x);
    const slider = field("cut");
    slider.value = place;
    const text = digits(cut[place], 4);
    slider.setAttribute("aria-valuetext", `x at least ${text}`);
    lab.querySelector("output").textContent = `x ≥ ${text}`;
    lab.querySelector("tbody").replaceChildren(
      row(`Efficiency of ${names.signal}`, s[place], se[place], `${ns[place]} test events`),
      row(`Efficiency of ${names.background}`, b[place], be[place], `${nb[place]} test events`),
      row(`S, ${names.signal}`, yieldS, errorS),
      row(`B, ${names.background}`, yieldB, errorB, share() ? `± ${digits(share() * yieldB)} by its uncertainty` : ""),
      row("Purity, S/(S+B)", ...valueAtCut(purity, place)),
      ...Object.values(MERITS).map(([title, each]) => row(title, ...valueAtCut(each, place))),
    );
    lab.querySelector(".too-few").hidden = nb[place] >= FEW;
  };
  const moveTo = (place) => {
    state.place = clamp(place, 0, state.scan.cut.length - 1);
    showNumbers();
  };
  const best = () => {
    const { b, be, nb } = state.scan;
    const known = (place) => nb[place] >= FEW && b[place] ** 2 >= FEW * be[place] ** 2; // effective events, too
    const found = state.scan.cut.map((_, place) => place).filter(known);
    const value = (place) => valueAtCut(merit(), place)[0];
    moveTo(found.reduce((a, each) => (value(each) > value(a) ? each : a), found[0] ?? 0));
  };
  const refresh = () => { drawCurves(); showNumbers(); };

  const choose = () => {
    const label = field("label").value;
    const expected = numbers.expectations[label] ?? { s: 1000, b: 1000, share: 0, merit: "Asimov" };
    field("merit").value = expected.merit in MERITS ? expected.merit : "Asimov";
    field("signal").value = Number(expected.s.toPrecision(6));
    field("background").value = Number(expected.b.toPrecision(6));
    field("uncertainty").value = Number((100 * expected.share).toPrecision(6));
    lab.querySelector(".origin").textContent = expected.origin ? `Yields at first: ${expected.origin}.` : "";
    pick();
  };
  const pick = () => {
    state.scan = scans.find((each) => String(each.method) === field("method").value && each.label === field("label").value) ?? scans[0];
    field("cut").max = state.scan.cut.length - 1;
    drawCurves();
    best();
  };

  const labels = [...new Set(scans.map((each) => each.label))];
  const methods = [...new Set(scans.map((each) => each.method))];
  field("method").append(...methods.map((each) => make("option", { value: each }, numbers.methods[each])));
  field("label").append(...labels.map((each) => make("option", { value: each }, each)));
  field("label").closest("label").hidden = labels.length < 2;
  field("merit").append(...Object.entries(MERITS).map(([key, [title]]) => make("option", { value: key }, title)));

  field("method").addEventListener("change", pick);
  field("label").addEventListener("change", choose);
  field("merit").addEventListener("change", refresh);
  for (const name of ["signal", "background", "uncertainty"]) field(name).addEventListener("input", refresh);
  field("cut").addEventListener("input", () => moveTo(Number(field("cut").value)));
  lab.querySelector(".best").addEventListener("click", () => { best(); say(lab.querySelector("output").textContent); });

  const nearest = (event) => {
    const [x] = toDrawing(chart, event);
    const distances = state.scan.cut.map((cut) => Math.abs(xAt(cut) - x));
    moveTo(distances.indexOf(Math.min(...distances)));
  };
  let dragged = false;
  chart.addEventListener("pointerdown", (event) => {
    dragged = true;
    chart.setPointerCapture(event.pointerId);
    nearest(event);
  });
  chart.addEventListener("pointermove", (event) => { if (dragged) nearest(event); });
  for (const name of ["pointerup", "pointercancel"]) chart.addEventListener(name, () => { dragged = false; });
  choose();
};
if (chapter && template && scans.length) startCut();
